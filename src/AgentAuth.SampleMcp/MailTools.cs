using System.ComponentModel;
using System.Globalization;
using System.Security.Claims;
using AgentAuth.ResourceServer;
using AgentAuth.ResourceServer.Mcp;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace AgentAuth.SampleMcp;

/// <summary>Demo Mail. Each person has a box of their own; the token's subject says whose it is, never an argument.</summary>
[McpServerToolType]
internal sealed class MailTools(Shelves<MailMessage> boxes)
{
    [McpServerTool(Name = "list_messages", ReadOnly = true)]
    [RequiresScope("mail.read")]
    [Description("Lists the messages in the person's mailbox.")]
    public IReadOnlyList<MailMessage> ListMessages(ClaimsPrincipal user) => BoxOf(user).All();

    [McpServerTool(Name = "send_message", Destructive = false)]
    [RequiresScope("mail.send")]
    [Description("Sends a message in the person's name. In this demo it lands in their own mailbox.")]
    public string SendMessage(
        ClaimsPrincipal user,
        [Description("Address of the recipient")] string to,
        [Description("Subject line")] string subject,
        [Description("Text of the message")] string text)
    {
        var id = BoxOf(user).Put(id => new MailMessage(id.ToString(CultureInfo.InvariantCulture), "me", Cut(to), Cut(subject), Cut(text)));
        return $"Message {id} was sent.";
    }

    [McpServerTool(Name = "delete_message", Destructive = true)]
    [RequiresScope("mail.delete")]
    [Description("Deletes a message for good.")]
    public string DeleteMessage(ClaimsPrincipal user, [Description("The message's id")] string id) =>
        BoxOf(user).Remove(message => message.Id == id)
            ? $"Message {id} was deleted."
            : throw new McpException("There is no message with this id.");

    private Shelf<MailMessage> BoxOf(ClaimsPrincipal user) => boxes.Of(user.GetAgentCaller().Subject, Samples);

    private static string Cut(string text) => text.Length <= 2000 ? text : text[..2000];

    private static MailMessage[] Samples =>
    [
        new("1", "nora@bakery.test", "me", "Your cake is ready", "You can pick it up until six. The candles are in the box."),
        new("2", "trains@rail.test", "me", "Platform change", "Your train at 8:14 leaves from platform 9 tomorrow."),
        new("3", "sam@club.test", "me", "Saturday", "Shall we meet at the lake at ten? Bring the map."),
    ];
}
