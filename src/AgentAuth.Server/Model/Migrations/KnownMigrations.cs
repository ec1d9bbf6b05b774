namespace AgentAuth.Server.Model.Migrations;

/// <summary>
/// The migrations there are, oldest first. EF finds them by loading every type of the program, at every start and for nothing else; a test
/// holds these lists against what it finds.
/// </summary>
internal static class KnownMigrations
{
    private static readonly string[] Sqlite =
    [
        "20261123061630_Start",
        "20261123155512_SharedByNodes",
        "20261123160522_HotPath",
        "20261123195810_ExplainedRefusals",
        "20261123200009_Introductions",
        "20261124035520_DeveloperPortal",
        "20261128191017_PeopleInCharge",
    ];

    private static readonly string[] Postgres =
    [
        "20261123061633_Start",
        "20261123155517_SharedByNodes",
        "20261123160527_HotPath",
        "20261123195814_ExplainedRefusals",
        "20261123200014_Introductions",
        "20261124035524_DeveloperPortal",
        "20261128191040_PeopleInCharge",
    ];

    public static IReadOnlyList<string> Of(AgentAuthDb db) => db is SqliteDb ? Sqlite : Postgres;
}
