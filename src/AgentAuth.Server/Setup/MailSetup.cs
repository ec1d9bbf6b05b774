using AgentAuth.Server.Chores;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentAuth.Server.Setup;

/// <summary>E-mail, where there is a mail server; without one none is written, and neither its library nor its chores are there.</summary>
internal static class MailSetup
{
    private const string PasswordFile = $"{MailOptions.Section}:PasswordFile";

    public static void AddMail(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<MailOptions>().BindConfiguration(MailOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<MailSeal>();
        services.AddSingleton<MailWriter>();
        services.AddScoped<MailLinks>();
        services.AddScoped<Mailer>();
        var section = builder.Configuration.GetSection(MailOptions.Section);
        if (string.IsNullOrEmpty(section[nameof(MailOptions.Host)]))
        {
            return;
        }
        if (section[nameof(PasswordFile)] is { Length: > 0 } file)
        {
            services.PostConfigure<MailOptions>(o => o.Password = FirstLineOf(file));
        }
        builder.AddMailDelivery<SmtpDelivery>();
    }

    /// <summary>Another way out than the operator's mail server: the demo's.</summary>
    public static void AddMailDelivery<TDelivery>(this WebApplicationBuilder builder)
        where TDelivery : class, IMailDelivery
    {
        builder.Services.RemoveAll<IMailDelivery>();
        builder.Services.AddSingleton<IMailDelivery, TDelivery>();
        builder.Services.AddHostedService<SendMail>();
        builder.Services.AddHostedService<Remind>();
    }

    /// <summary>A password in a file of its own is in no environment, no process list and no copy of the settings.</summary>
    private static string FirstLineOf(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault() ?? "";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new FormatException(
                $"{PasswordFile} is '{file}', which cannot be read ({unreadable.GetType().Name}). Make it readable to the server's user.",
                unreadable);
        }
    }
}
