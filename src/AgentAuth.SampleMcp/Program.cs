using AgentAuth.SampleMcp;

await SampleMcpServer.Build(args).RunAsync();
