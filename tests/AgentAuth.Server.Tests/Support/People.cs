namespace AgentAuth.Server.Tests.Support;

/// <summary>Who acts in the tests; the demo's people.</summary>
internal static class People
{
    public const string Alice = "alice@demo.test";
    public const string Bob = "bob@demo.test";
    public const string Admin = "admin@demo.test";
    public const string Developer = "dev@demo.test";
    public const string Password = Demo.DemoSeed.Password;
}
