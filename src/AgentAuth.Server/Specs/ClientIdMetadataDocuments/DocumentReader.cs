using AgentAuth.Server.Specs.Rfc7591Registration;

namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

/// <summary>A document's bytes, held against the address they came from.</summary>
internal static class DocumentReader
{
    /// <param name="bytes">As they came.</param>
    /// <param name="address">The client_id, and where they were read.</param>
    /// <returns>The metadata, or one line saying what is wrong.</returns>
    public static (ClientMetadata? Metadata, string? Problem, bool IsJson) Read(byte[] bytes, string address)
    {
        if (!MetadataMembers.TryParse(bytes, out var document))
        {
            return (null, "The document is not one JSON object in UTF-8 without repeated names.", IsJson: false);
        }
        using (document)
        {
            // Byte for byte: or one host's page that copies another's document would speak for it.
            if (!document.RootElement.TryGetProperty("client_id", out var id) || MetadataMembers.TextOf(id) != address)
            {
                return (null, "The document's client_id is not exactly the address it is at.", IsJson: true);
            }
            var (metadata, problem) = MetadataReader.Read(document.RootElement, MetadataSource.Document);
            return (metadata, problem?.Words, IsJson: true);
        }
    }
}
