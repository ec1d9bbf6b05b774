using AgentAuth.EndToEnd.Support;

[assembly: AssemblyFixture(typeof(SharedDemo))]
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(PostgresCluster))]
