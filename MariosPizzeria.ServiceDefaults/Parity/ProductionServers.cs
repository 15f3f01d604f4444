using System.Text.Json;

namespace MariosPizzeria.ServiceDefaults.Parity;

/// <summary>A server as production has it.</summary>
/// <param name="Product">Its image's name: <c>mongo</c>, <c>redis</c>, <c>rabbitmq</c>.</param>
/// <param name="Version">Its image's version: <c>8.6</c>.</param>
internal sealed record ProductionServer(string Product, string Version);

/// <summary>
/// The servers of production, from the images of the manifest this build was published with: there is no second list that could say
/// something else.
/// </summary>
internal sealed class ProductionServers
{
    private readonly Dictionary<string, ProductionServer> _byProduct;

    /// <summary>Reads a manifest's text.</summary>
    public ProductionServers(string manifest)
    {
        using var json = JsonDocument.Parse(manifest);
        _byProduct = json
            .RootElement.GetProperty("resources")
            .EnumerateObject()
            .Where(resource => resource.Value.TryGetProperty("image", out _))
            .Select(resource => ServerOf(resource.Value.GetProperty("image").GetString()!))
            .OfType<ProductionServer>()
            .ToDictionary(server => server.Product, StringComparer.Ordinal);
    }

    /// <summary>Those of the manifest that this assembly carries.</summary>
    public static ProductionServers OfThisBuild()
    {
        using var stream = typeof(ProductionServers).Assembly.GetManifestResourceStream("aspire-manifest.json")!;
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd());
    }

    /// <summary>The first of these products that production has; null where it has none.</summary>
    public ProductionServer? Find(params string[] products) =>
        products.Select(_byProduct.GetValueOrDefault).FirstOrDefault(s => s is not null);

    /// <summary>
    /// What differs between a server that was seen and production's; null where nothing does. Compared as far as production's version
    /// is given: 8.6.1 is 8.6.
    /// </summary>
    /// <param name="what">database, Redis, RabbitMQ: what an operator calls it.</param>
    /// <param name="product">The image's name of what was seen.</param>
    /// <param name="version">The version that was seen.</param>
    /// <param name="alternatives">Other products that production may have in its place.</param>
    public string? Difference(string what, string product, string version, params string[] alternatives)
    {
        if (Find([product, .. alternatives]) is not { } production)
        {
            return null;
        }

        var seen = NumberIn(version);
        return
            production.Product == product
            && (seen == production.Version || seen.StartsWith(production.Version + ".", StringComparison.Ordinal))
            ? null
            : $"the {what} is {product} {seen}, production's is {production.Product} {production.Version}";
    }

    // registry:5000/library/redis:8.6-alpine@sha256:… is redis 8.6; an image without a version's number is none of these.
    private static ProductionServer? ServerOf(string image)
    {
        var name = image.Split('@')[0];
        return name[(name.LastIndexOf('/') + 1)..].Split(':') is [var product, var tag] && tag is [>= '0' and <= '9', ..]
            ? new(product, NumberIn(tag))
            : null;
    }

    // The first number of the form 8.6.1; empty where there is none.
    private static string NumberIn(string text) =>
        string.Concat(text.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(c => char.IsAsciiDigit(c) || c == '.')).TrimEnd('.');
}
