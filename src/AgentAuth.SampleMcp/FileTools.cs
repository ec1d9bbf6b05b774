using System.ComponentModel;
using System.Security.Claims;
using AgentAuth.ResourceServer;
using AgentAuth.ResourceServer.Mcp;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace AgentAuth.SampleMcp;

/// <summary>Demo Files. Nothing here touches a disk: a file is a name and a text in memory.</summary>
[McpServerToolType]
internal sealed class FileTools(Shelves<SampleFile> folders)
{
    private const int LongestName = 100;
    private const int LongestText = 10_000;

    [McpServerTool(Name = "list_files", ReadOnly = true)]
    [RequiresScope("files.read")]
    [Description("Lists the person's files with their texts.")]
    public IReadOnlyList<SampleFile> ListFiles(ClaimsPrincipal user) =>
        [.. FolderOf(user).All().Where(file => user.GetAgentCaller().MayUse(file.Name))];

    [McpServerTool(Name = "write_file", Destructive = true, Idempotent = true)]
    [RequiresScope("files.write")]
    [Description("Writes a file; a file of the same name is replaced.")]
    public string WriteFile(ClaimsPrincipal user, [Description("Name of the file")] string name, [Description("Its text")] string text)
    {
        if (name.Length is 0 or > LongestName || text.Length > LongestText)
        {
            throw new McpException($"A name has 1 to {LongestName} characters and a text at most {LongestText}.");
        }

        if (!user.GetAgentCaller().MayUse(name))
        {
            throw new McpException("The person did not pick this file for you.");
        }

        var folder = FolderOf(user);
        folder.Remove(file => file.Name == name);
        folder.Put(_ => new SampleFile(name, text));
        return $"{name} was written.";
    }

    private Shelf<SampleFile> FolderOf(ClaimsPrincipal user) => folders.Of(user.GetAgentCaller().Subject, Samples);

    internal static SampleFile[] Samples =>
    [
        new("shopping.txt", "flour\nbutter\ntwelve candles"),
        new("lake.txt", "Meet at the boat house. Bring the map."),
    ];
}
