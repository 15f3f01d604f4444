using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// The files of <c>wwwroot</c>, embedded in the assembly, so that a replica serves exactly the files that its pages were built with. Their
/// address <c>/assets/{version}/{name}</c> contains a hash of all files, so that browsers can cache them permanently and modules can
/// import each other by relative addresses.
/// </summary>
internal sealed partial class Assets
{
    private const string Prefix = "wwwroot/";
    private const string ImmutableCacheControl = "public, max-age=31536000, immutable";

    // The minimum size in bytes; for smaller files compression saves too little.
    private const int WorthCompressing = 512;

    private readonly FrozenDictionary<string, Asset> _byName;

    public Assets()
    {
        var assembly = typeof(Assets).Assembly;
        var files = assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .GroupBy(name => FileOf(name[Prefix.Length..]), name => Part(assembly, name), StringComparer.Ordinal)
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

    /// <summary>The hash of all files, which changes if any of them changes.</summary>
    public string Version { get; }

    /// <summary>Returns the address of a file.</summary>
    /// <exception cref="KeyNotFoundException">There is no file of that name.</exception>
    public string this[string name] =>
        _byName.ContainsKey(name) ? $"/assets/{Version}/{name}" : throw new KeyNotFoundException($"wwwroot has no {name}.");

    public IResult Serve(string version, string name, HttpContext http)
    {
        if (!_byName.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        var headers = http.Response.Headers;

        // While replicas of two builds run side by side, a browser may request a file of the other build: it gets this one, uncached.
        headers[HeaderNames.CacheControl] = version == Version ? ImmutableCacheControl : "no-store";
        headers[HeaderNames.Vary] = HeaderNames.AcceptEncoding;

        // Browsers accept Brotli only over HTTPS and from localhost, gzip always.
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

    // The files of a folder are the parts of one style sheet, joined in the order of their names: style/1-base.css is in style.css.
    private static string FileOf(string name) => FolderOf(name) is { } folder ? folder + ".css" : name;

    private static string? FolderOf(string name) => Path.GetDirectoryName(name) is { Length: > 0 } folder ? folder : null;

    // Each part is a cascade layer: its rules override those of earlier parts, whatever the specificity. Comments and indentation, a
    // quarter of the text, are removed.
    private static byte[] Part(Assembly assembly, string name)
    {
        var content = Read(assembly, name);
        return FolderOf(name[Prefix.Length..]) is { } folder
            ? Encoding.UTF8.GetBytes(
                $"@layer {folder}.{LayerOf(name)} {{\n{CommentOrIndentation().Replace(Encoding.UTF8.GetString(content), "")}}}\n"
            )
            : content;
    }

    [GeneratedRegex(@"/\*.*?\*/|^\s+", RegexOptions.Singleline | RegexOptions.Multiline, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex CommentOrIndentation();

    // A layer's name must start with a letter: 1-base.css becomes base.
    private static string LayerOf(string name) => Path.GetFileNameWithoutExtension(name).TrimStart([.. "0123456789-"]);

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

        // Null if compression saves too little. Computed at the first request, not at startup.
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
