namespace AgentAuth.SampleMcp;

/// <summary>A message as tools show it.</summary>
internal sealed record MailMessage(string Id, string From, string To, string Subject, string Text);
