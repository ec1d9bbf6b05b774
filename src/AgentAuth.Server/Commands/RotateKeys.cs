using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Tokens.Keys;

namespace AgentAuth.Server.Commands;

/// <summary><c>keys rotate</c>: a new signing key takes over, in ten minutes or, when the old one leaked, now.</summary>
internal static class RotateKeys
{
    public const string Now = "--now";

    public static async Task RunAsync(Errand errand)
    {
        var atOnce = errand.Has(Now);
        await using var app = Program.Build(errand.Settings);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        if (!await db.Database.CanConnectAsync(errand.Stop)) // looks first, because opening SQLite makes a file
        {
            throw new FormatException(Schema.NoneHere);
        }
        await Schema.MustBeThisAsync(db, errand.Stop);
        // Fails closed: without what seals the keys, the new one would be sealed so that no running server can open it.
        await KeySetup.LoadAsync(app.Services, errand.Stop);
        var key = await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateAsync(atOnce, errand.Stop);
        await errand.SayAsync(atOnce
            ? $"Key {key.Id:N} signs now; all others are gone. Running servers follow within a second."
            : $"Key {key.Id:N} is published and signs from {key.UsedFrom:u}; the old one stays published until its tokens are dead.");
    }
}
