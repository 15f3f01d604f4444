using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>
/// The version of a document that a request wants to change (<c>If-Match</c>, RFC 9110, 13.1.1): a document that somebody else
/// changed since the caller read it is not overwritten.
/// </summary>
public sealed class IfMatch
{
    /// <summary>For a request without the header: whatever the version is.</summary>
    public static readonly IfMatch Any = new(EntityTagHeaderValue.Any);

    private readonly IList<EntityTagHeaderValue> _expected;

    private IfMatch(params IList<EntityTagHeaderValue> expected) => _expected = expected;

    /// <summary>The entity tag of a document's version.</summary>
    public static string TagOf(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>What the request expects; <c>validation</c> where the header is not a list of entity tags.</summary>
    public static Outcome<IfMatch> Of(HttpRequest request)
    {
        var header = request.Headers.IfMatch;
        return header.Count == 0 ? Any
            : EntityTagHeaderValue.TryParseStrictList(header, out var expected) && expected.Count > 0 ? new IfMatch(expected)
            : Fault.Validation(
                new Dictionary<string, string[]>(StringComparer.Ordinal)
                {
                    [HeaderNames.IfMatch] = ["is *, or entity tags in double quotes as ETag has them"],
                }
            );
    }

    /// <summary>
    /// The change, or <c>version-conflict</c> (412) where it would change another version than the expected one. A document that is
    /// already as wanted is no conflict: a repeated request is answered as the first one.
    /// </summary>
    /// <param name="version">The document's, as it was loaded.</param>
    /// <param name="change">What the domain made of the request.</param>
    public Outcome<IReadOnlyList<Event>> Guard(long version, Outcome<IReadOnlyList<Event>> change) =>
        change is { Succeeded: true, Value.Count: > 0 } && !Includes(version)
            ? new Fault(Slugs.VersionConflict, $"It was changed meanwhile and is at version {version} now; read it again.")
            {
                IsPrecondition = true,
            }
            : change;

    // Strong comparison: a weak tag does not stand for the same bytes.
    private bool Includes(long version) =>
        _expected.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag == TagOf(version)));
}
