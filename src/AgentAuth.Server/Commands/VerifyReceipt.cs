using System.Globalization;
using System.Text.Json;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Specs.Uts39Confusables;
using AgentAuth.Server.Tokens.Receipts;

namespace AgentAuth.Server.Commands;

/// <summary>
/// <c>receipt verify FILE --keys FILE|URL</c>: whether a consent receipt is what a server signed, and what it says, in words. Asks no
/// database and needs no server; with the keys in a file, no network either.
/// </summary>
internal static class VerifyReceipt
{
    public const string Keys = "--keys";

    private const long MaxBytes = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Errand errand)
    {
        if (errand.ValueOf(Keys) is not { } keys)
        {
            throw new FormatException($"Say which keys to hold it against: {Keys} FILE, or the receipt_keys_uri of whose it is.");
        }
        var receipt = await ReadFileAsync(errand.Words[0], errand.Stop);
        var check = ReceiptCheck.Of(receipt, await KeysOfAsync(keys, errand.Stop));
        errand.Status = check.Receipt is null ? CommandLine.Failed : 0;
        await (check.Receipt is null ? errand.SayAsync($"NOT VERIFIED. {Clean(check.Problem!)}") : SayAsync(errand, check.Receipt));
        if (check.Remark is not null)
        {
            await errand.SayAsync(check.Remark);
        }
    }

    private static async Task SayAsync(Errand errand, ConsentReceipt receipt)
    {
        var client = receipt.Client;
        await errand.SayAsync($"VERIFIED. Signed by {Clean(receipt.Issuer)}.");
        await errand.SayAsync($"On {Time(receipt.At)} {Clean(receipt.Email)} (account {Clean(receipt.Subject)}) decided: "
            + $"{DecisionOf(receipt)}.");
        await errand.SayAsync($"  who      {Clean(client.DocumentHost ?? client.RedirectHost)}, {ProofOf(client.Trust)}; calls itself "
            + $"\"{Clean(client.Name)}\" (client {Clean(client.Id)}, answers go to {Clean(client.RedirectHost)})");
        await errand.SayAsync($"  where    {Clean(receipt.Resource.Name)} ({Clean(receipt.Resource.Identifier)})");
        await errand.SayAsync($"  until    {(receipt.EndsAt is { } end ? Time(end) : "the person removes it")}"
            + (receipt.Limits.OnlyThisSession ? ", and no longer than the session it was allowed in" : ""));
        await errand.SayAsync($"  asked, in {Clean(receipt.Language)}:");
        foreach (var line in receipt.Permissions)
        {
            await errand.SayAsync($"    {(line.IsTicked ? "[x]" : "[ ]")} {Clean(line.Sentence)} ({Clean(line.Scope)})"
                + (line.IsRequired ? ", needed" : ""));
        }
        foreach (var limit in LimitsOf(receipt.Limits))
        {
            await errand.SayAsync($"  limit    {limit}");
        }
        await errand.SayAsync($"  allowed from then on: {(receipt.Scope.Length == 0 ? "nothing" : Clean(receipt.Scope))}");
        var label = receipt.Label is null ? "" : $", labelled \"{Clean(receipt.Label)}\"";
        await errand.SayAsync($"  grant    {Clean(receipt.GrantId)}{label}");
    }

    private static IEnumerable<string> LimitsOf(ReceiptLimits limits)
    {
        if (limits.ChangesPerDay is { } most)
        {
            yield return $"at most {most.ToString(CultureInfo.InvariantCulture)} changes a day";
        }
        if (limits.AsksFirst)
        {
            yield return "asks before it deletes or spends";
        }
        if (limits.Objects is { } objects)
        {
            yield return $"only these things: {Clean(string.Join(", ", objects))}";
        }
    }

    private static string DecisionOf(ConsentReceipt receipt) => receipt.Act switch
    {
        "renew" => "renewed for as long again",
        "reduce" => "reduced to what is ticked",
        "until" => "changed when it ends",
        "limit" => "changed its limits",
        "pause" => "paused: it may do nothing until it is resumed",
        "resume" => "resumed",
        "remove" => "removed: it ended at that moment",
        _ => "allowed what is ticked",
    };

    private static string ProofOf(string trust) => trust switch
    {
        "verified_publisher" => "a verified publisher",
        "domain_proved" => "domain proved",
        "runs_on_this_computer" => "a program on the person's computer, which proves nothing",
        _ => "self-declared, nothing proved",
    };

    /// <summary>What others wrote stays on its line, and turns no terminal around.</summary>
    private static string Clean(string text) => CleanText.Of(text, 500);

    private static string Time(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static async Task<ReceiptKeySet> KeysOfAsync(string where, CancellationToken stop)
    {
        var text = Uri.TryCreate(where, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? await FetchAsync(uri, stop)
            : await ReadFileAsync(where, stop);
        try
        {
            return JsonSerializer.Deserialize<ReceiptKeySet>(text) is { Keys: not null } set
                ? set
                : throw new FormatException($"{where} holds no keys: a key set has a member \"keys\".");
        }
        catch (JsonException broken)
        {
            throw new FormatException($"{where} is no key set: it is no JSON of that form.", broken);
        }
    }

    private static async Task<string> FetchAsync(Uri uri, CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = { CertificateChainPolicy = CertificatePolicy.AskingNobody() },
        };
        using var web = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = MaxBytes };
        try
        {
            return await web.GetStringAsync(uri, stop);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            throw new InvalidDataException($"{uri} did not give the keys: {failure.Message}", failure);
        }
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken stop)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FormatException($"There is no file {path}.");
        }
        return file.Length > MaxBytes
            ? throw new FormatException($"{path} is too large to be it: {file.Length} bytes.")
            : await File.ReadAllTextAsync(path, stop);
    }
}
