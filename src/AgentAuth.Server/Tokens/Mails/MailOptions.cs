using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Mail;

namespace AgentAuth.Server.Tokens.Mails;

/// <summary>How the connection to the mail server is kept private.</summary>
internal enum MailSecurity
{
    /// <summary>Begins in the open and must turn to TLS before anything is said; a server that cannot is not used.</summary>
    StartTls = 0,

    /// <summary>TLS from the first byte.</summary>
    Tls = 1,

    /// <summary>In the open: to a relay on this computer only.</summary>
    None = 2,
}

/// <summary>The mail server that e-mails to people are handed to; without one nobody is written to. <c>AgentAuth:Mail:*</c>.</summary>
internal sealed class MailOptions : IValidatableObject
{
    public const string Section = "AgentAuth:Mail";

    private const int SubmissionPort = 587; // RFC 6409 §3.1

    public string? Host { get; set; }

    [Range(1, ushort.MaxValue)]
    public int Port { get; set; } = SubmissionPort;

    public MailSecurity Security { get; set; }

    public string? UserName { get; set; }

    public string? Password { get; set; }

    /// <summary>Whom the e-mails are from: <c>agents@example.com</c>, or <c>Agents at Example &lt;agents@example.com&gt;</c>.</summary>
    public string? From { get; set; }

    public bool IsOn => !string.IsNullOrEmpty(Host);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn)
        {
            yield break;
        }
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
        {
            yield return new(
                $"{Section}:Host is '{Host}', which is no name or address of a host. A port goes into {Section}:Port.", [nameof(Host)]);
        }
        if (!MailAddress.TryCreate(From, out _))
        {
            yield return new($"{Section}:From must be an e-mail address, such as agents@example.com, because Host is set.", [nameof(From)]);
        }
        if (Security == MailSecurity.None && !IsLoopback(Host!))
        {
            yield return new(
                $"{Section}:Security may be None only for a host on this computer: what is written to people would be read on the way.",
                [nameof(Security)]);
        }
        if (string.IsNullOrEmpty(UserName) != string.IsNullOrEmpty(Password))
        {
            yield return new($"{Section}:UserName and Password belong together.", [nameof(UserName), nameof(Password)]);
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
