using MariosPizzeria.Contracts;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>
/// A form that was sent and not carried out: the session keeps it, so that the answer can be a redirect to a page that shows it again,
/// also after signing in.
/// </summary>
/// <param name="Id">In the address of the page that shows it.</param>
/// <param name="Path">Of the page that it belongs to.</param>
/// <param name="Fields">What was typed; no password and no token.</param>
/// <param name="Refusal">Why it was not carried out, in one sentence.</param>
/// <param name="Errors">What is wrong, by field.</param>
public sealed record FormDraft(string Id, string Path, IReadOnlyList<DraftField> Fields, string? Refusal, IReadOnlyList<DraftField> Errors)
{
    /// <summary>The query parameter that names a draft.</summary>
    public const string Parameter = "draft";

    /// <summary>More of them a session does not keep.</summary>
    public const int MostOfOneSession = 3;

    /// <summary>A longer form is not kept: sessions are small.</summary>
    public const int MostCharacters = 16 * 1024;

    /// <summary>One of a page; null where the form is too long to be kept.</summary>
    public static FormDraft? Of(
        string path,
        IReadOnlyList<DraftField> fields,
        string? refusal = null,
        IReadOnlyDictionary<string, string[]>? errors = null
    ) =>
        fields.Sum(field => field.Name.Length + field.Values.Sum(value => value.Length)) > MostCharacters
            ? null
            : new(
                Guid.NewGuid().ToString("N")[..12],
                path,
                fields,
                refusal,
                [
                    .. (errors ?? new Dictionary<string, string[]>(StringComparer.Ordinal)).Select(error => new DraftField(
                        error.Key,
                        error.Value
                    )),
                ]
            );
}

/// <summary>A field of a form, or what is wrong with it.</summary>
public sealed record DraftField(string Name, IReadOnlyList<string> Values);
