using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// The files of <c>wwwroot</c>, which are in the assembly: a replica has exactly those that its pages were built with, wherever it
/// runs from. Their address bears a hash of all of them, so that a browser keeps them for good and modules find each other by
/// relative addresses: <c>/assets/{version}/{name}</c>.
/// </summary>
internal sealed class Assets
{
    private const string Prefix = "wwwroot/";
    private const string ForGood = "public, max-age=31536000, immutable";

    // Below, the saving is not worth the header.
    private const int WorthCompressing = 512;

    private readonly FrozenDictionary<string, Asset> _byName;

    public Assets()
    {
        var assembly = typeof(Assets).Assembly;
        var files = assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .GroupBy(name => FileOf(name[Prefix.Length..]), name => Read(assembly, name), StringComparer.Ordinal)
            .Select(file => (Name: file.Key, Content: file.SelectMany(part => part).ToArray()))
            .ToList();

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, content) in files)
        {
            hash.AppendData(content);
        }

        Version = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
        var types = new FileExtensionContentTypeProvider();
        _byName = files.ToFrozenDictionary(
            file => file.Name,
            file => new Asset(file.Content, types.TryGetContentType(file.Name, out var type) ? type : "application/octet-stream"),
            StringComparer.Ordinal
        );
    }

    /// <summary>Changes whenever one of the files does.</summary>
    public string Version { get; }

    /// <summary>The address of a file.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public string this[string name] =>
        _byName.ContainsKey(name) ? $"/assets/{Version}/{name}" : throw new KeyNotFoundException($"wwwroot has no {name}.");

    /// <summary>Answers with a file.</summary>
    public IResult Serve(string version, string name, HttpContext http)
    {
        if (!_byName.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        var headers = http.Response.Headers;

        // While replicas of two builds run side by side, a page of one may ask the other: it gets what is there, and does not keep it.
        headers[HeaderNames.CacheControl] = version == Version ? ForGood : "no-store";
        headers[HeaderNames.Vary] = HeaderNames.AcceptEncoding;

        // Browsers take Brotli over HTTPS and from this machine only, gzip everywhere.
        var (encoding, compressed) =
            Accepts(http.Request, "br") ? ("br", asset.Brotli.Value)
            : Accepts(http.Request, "gzip") ? ("gzip", asset.Gzip.Value)
            : ("", null);
        if (compressed is not null)
        {
            headers[HeaderNames.ContentEncoding] = encoding;
        }

        return Results.Bytes(compressed ?? asset.Content, asset.ContentType);
    }

    // A folder holds the parts of one style sheet, which are joined in the order of their names: style/1-base.css is in style.css.
    private static string FileOf(string name) => Path.GetDirectoryName(name) is { Length: > 0 } folder ? folder + ".css" : name;

    private static bool Accepts(HttpRequest request, string coding) =>
        request
            .GetTypedHeaders()
            .AcceptEncoding.Any(encoding => encoding.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && encoding.Quality is not 0);

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private sealed class Asset(byte[] content, string contentType)
    {
        public byte[] Content => content;

        public string ContentType =>
            contentType.StartsWith("text/", StringComparison.Ordinal) ? $"{contentType}; charset=utf-8" : contentType;

        // Null where it does not pay. Made once, when first asked for: not while the process starts.
        public Lazy<byte[]?> Brotli { get; } =
            new(() => Compress(content, smaller => new BrotliStream(smaller, CompressionLevel.Optimal, leaveOpen: true)));

        public Lazy<byte[]?> Gzip { get; } =
            new(() => Compress(content, smaller => new GZipStream(smaller, CompressionLevel.Optimal, leaveOpen: true)));

        private static byte[]? Compress(byte[] content, Func<Stream, Stream> into)
        {
            if (content.Length < WorthCompressing)
            {
                return null;
            }

            var smaller = new MemoryStream();
            using (var coded = into(smaller))
            {
                coded.Write(content);
            }

            return smaller.Length < content.Length * 9 / 10 ? smaller.ToArray() : null;
        }
    }
}
