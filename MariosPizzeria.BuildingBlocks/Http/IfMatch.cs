using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>
/// The version of a document that a request wants to change (<c>If-Match</c>, RFC 9110, 13.1.1): a document that another request changed
/// since the caller read it is not overwritten.
/// </summary>
public sealed class IfMatch
{
    /// <summary>For a request without the header: matches every version.</summary>
    public static readonly IfMatch Any = new(EntityTagHeaderValue.Any);

    private readonly IList<EntityTagHeaderValue> _expected;

    private IfMatch(params IList<EntityTagHeaderValue> expected) => _expected = expected;

    /// <summary>The entity tag of a document's version.</summary>
    public static string TagOf(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Returns the versions that the request expects, or <c>validation</c> if the header is not a list of entity tags.</summary>
    public static Result<IfMatch> Of(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        return header.Count == 0 ? Any
            : EntityTagHeaderValue.TryParseStrictList(header, out var expected) && expected.Count > 0 ? new IfMatch(expected)
            : Error.Validation(
                new Dictionary<string, string[]>(StringComparer.Ordinal)
                {
                    [HeaderNames.IfMatch] = ["must be *, or entity tags in double quotes as in the ETag header"],
                }
            );
    }

    /// <summary>
    /// Returns the change, or <c>version-conflict</c> (412) if it would change a version other than the expected one. A document that is
    /// already in the wanted state is no conflict: a repeated request gets the same response as the first one.
    /// </summary>
    /// <param name="version">The version of the document as it was loaded.</param>
    /// <param name="change">The events that the domain returned for the request.</param>
    public Result<IReadOnlyList<Event>> Check(long version, Result<IReadOnlyList<Event>> change) =>
        change is { Succeeded: true, Value.Count: > 0 } && !Includes(version)
            ? new Error(ErrorCodes.VersionConflict, $"It was changed in the meantime and is now at version {version}; read it again.")
            {
                IsPrecondition = true,
            }
            : change;

    // Strong comparison: a weak tag does not guarantee the same bytes.
    private bool Includes(long version) =>
        _expected.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag == TagOf(version)));
}
