namespace MariosPizzeria.Gateway.Sessions;

/// <summary>
/// A submitted form that was not executed. The session keeps it, so that the response can be a redirect to a page that shows it again, also
/// after signing in.
/// </summary>
/// <param name="Id">The id in the address of the page that shows it.</param>
/// <param name="Path">The path of the page that it belongs to.</param>
/// <param name="Fields">The submitted fields, without passwords and tokens.</param>
/// <param name="Refusal">The reason for the refusal, in one sentence.</param>
/// <param name="Errors">The errors by field.</param>
public sealed record FormDraft(string Id, string Path, IReadOnlyList<DraftField> Fields, string? Refusal, IReadOnlyList<DraftField> Errors)
{
    /// <summary>The query parameter that names a draft.</summary>
    public const string Parameter = "draft";

    /// <summary>The maximum number of drafts in a session.</summary>
    public const int MaxPerSession = 3;

    /// <summary>The maximum length of a form in characters. A longer form is not kept, because sessions are small.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Creates a draft of a page's form; null if the form is too long to keep.</summary>
    public static FormDraft? Of(
        string path,
        IReadOnlyList<DraftField> fields,
        string? refusal = null,
        IReadOnlyDictionary<string, string[]>? errors = null
    ) =>
        fields.Sum(field => field.Name.Length + field.Values.Sum(value => value.Length)) > MaxLength
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

/// <summary>A field of a form, or its errors.</summary>
public sealed record DraftField(string Name, IReadOnlyList<string> Values);
