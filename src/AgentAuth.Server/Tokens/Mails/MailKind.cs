namespace AgentAuth.Server.Tokens.Mails;

/// <summary>What people are written to about.</summary>
internal enum MailKind
{
    /// <summary>An agent may act for them that could not before.</summary>
    GrantNew = 0,

    /// <summary>An agent may do more than before.</summary>
    GrantWider = 1,

    /// <summary>What was allowed reaches its end date.</summary>
    GrantEnding = 2,

    /// <summary>A used code or refresh token came back, and the access was ended.</summary>
    GrantReplayed = 3,

    /// <summary>An agent asks for a yes to one action.</summary>
    ApprovalAsked = 4,
}

internal static class MailKinds
{
    /// <summary>As the row is marked.</summary>
    public static string Word(this MailKind kind) => kind switch
    {
        MailKind.GrantNew => "grant-new",
        MailKind.GrantWider => "grant-wider",
        MailKind.GrantEnding => "grant-ending",
        MailKind.GrantReplayed => "grant-replayed",
        _ => "approval-asked",
    };
}
