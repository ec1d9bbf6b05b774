using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using Microsoft.AspNetCore.Mvc;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>
/// What registering and changing an app have in common: the form, put as the metadata the app could have sent itself, and what the one
/// validator finds wrong with it beside the fields.
/// </summary>
internal abstract class AppFormPage(AgentAuthDb db, TimeProvider clock, Registrar registrar) : DeveloperPage(db, clock)
{
    public const int MaxKeySetLength = 16 * 1024;
    public const int MaxRedirectsLength = MetadataReader.MaxRedirects * RedirectAddress.MaxLength;

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Redirects { get; set; }

    [BindProperty]
    public string? KeySet { get; set; }

    [BindProperty]
    public string? KeysUri { get; set; }

    [BindProperty]
    public string? LogoUri { get; set; }

    [BindProperty]
    public string? ClientUri { get; set; }

    [BindProperty]
    public string? PolicyUri { get; set; }

    [BindProperty]
    public string? TermsUri { get; set; }

    /// <summary>Null when something is wrong; that stands in the model state.</summary>
    protected ClientMetadata? Read(AppProof proof, bool isNative)
    {
        var form = new JsonObject
        {
            [MetadataReader.ClientName] = Name,
            [MetadataReader.RedirectUris] = new JsonArray([.. RedirectAddresses.Lines(Redirects).Select(r => JsonValue.Create(r))]),
            [MetadataReader.AuthMethod] = MethodOf(proof),
            [MetadataReader.LogoUri] = LogoUri?.Trim(),
            [MetadataReader.ClientUri] = ClientUri?.Trim(),
            [MetadataReader.PolicyUri] = PolicyUri?.Trim(),
            [MetadataReader.TermsUri] = TermsUri?.Trim(),
            ["application_type"] = isNative ? ApplicationTypes.Native : ApplicationTypes.Web,
        };
        AddKeys(form, proof);
        if (Name is not null && !Name.EnumerateRunes().All(DisplayText.IsHarmless))
        {
            ModelState.AddModelError(nameof(Name), "The name has a character in it that nobody sees or that turns the text around.");
        }
        var (metadata, problems) = registrar.ReadForm(JsonSerializer.SerializeToElement(form));
        var fresh = problems.Where(p => ModelState.GetFieldValidationState(FieldOf(p.Member)) != Wrong).ToList(); // before any is added
        foreach (var problem in fresh)
        {
            ModelState.AddModelError(FieldOf(problem.Member), DisplayText.Clean(problem.Words));
        }
        return ModelState.IsValid ? metadata : null;
    }

    private const Microsoft.AspNetCore.Mvc.ModelBinding.ModelValidationState Wrong =
        Microsoft.AspNetCore.Mvc.ModelBinding.ModelValidationState.Invalid;

    private void AddKeys(JsonObject form, AppProof proof)
    {
        var (set, address) = (KeySet?.Trim() ?? "", KeysUri?.Trim() ?? "");
        if (proof != AppProof.Key && (set.Length > 0 || address.Length > 0))
        {
            ModelState.AddModelError(
                set.Length > 0 ? nameof(KeySet) : nameof(KeysUri), "Keys are for an app that proves itself by one. Leave this empty.");
            return;
        }
        form[MetadataReader.JwksUri] = address;
        if (set.Length == 0)
        {
            return;
        }
        if (set.Length > MaxKeySetLength || !MetadataMembers.TryParse(Encoding.UTF8.GetBytes(set), out var document))
        {
            ModelState.AddModelError(nameof(KeySet), "A key set is one JSON object with a list of keys (RFC 7517).");
            return;
        }
        using (document)
        {
            if (!MetadataMembers.HasWholeTexts(document.RootElement))
            {
                ModelState.AddModelError(nameof(KeySet), "A text in the key set has half of a character in it (\\ud800 or the like).");
                return;
            }
            form[MetadataReader.Jwks] = JsonObject.Create(document.RootElement.Clone());
        }
    }

    private static string MethodOf(AppProof proof) => proof switch
    {
        AppProof.Secret => ClientAuthenticationMethods.ClientSecretBasic,
        AppProof.Key => ClientAuthenticationMethods.PrivateKeyJwt,
        _ => ClientAuthenticationMethods.None,
    };

    private static string FieldOf(string? member) => member switch
    {
        MetadataReader.ClientName => nameof(Name),
        MetadataReader.RedirectUris => nameof(Redirects),
        MetadataReader.Jwks => nameof(KeySet),
        MetadataReader.JwksUri => nameof(KeysUri),
        MetadataReader.LogoUri => nameof(LogoUri),
        MetadataReader.ClientUri => nameof(ClientUri),
        MetadataReader.PolicyUri => nameof(PolicyUri),
        MetadataReader.TermsUri => nameof(TermsUri),
        _ => "",
    };
}
