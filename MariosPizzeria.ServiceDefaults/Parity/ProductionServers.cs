using System.Text.Json;

namespace MariosPizzeria.ServiceDefaults.Parity;

/// <summary>A backing server of production.</summary>
/// <param name="Product">Its image's name: <c>mongo</c>, <c>redis</c>, <c>rabbitmq</c>.</param>
/// <param name="Version">Its image's version: <c>8.6</c>.</param>
internal sealed record ProductionServer(string Product, string Version);

/// <summary>
/// The servers of production, from the images of the manifest that this build was published with, so that there is no second list that
/// could differ.
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

    /// <summary>Returns the servers of the manifest that is embedded in this assembly.</summary>
    public static ProductionServers OfThisBuild()
    {
        using var stream = typeof(ProductionServers).Assembly.GetManifestResourceStream("aspire-manifest.json")!;
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd());
    }

    /// <summary>Returns the first of these products that production has; null if it has none.</summary>
    public ProductionServer? Find(params string[] products) =>
        products.Select(_byProduct.GetValueOrDefault).FirstOrDefault(s => s is not null);

    /// <summary>
    /// Returns the difference between a server of this process and production's; null if there is none. The versions are compared as far as
    /// production's is given: 8.6.1 is 8.6.
    /// </summary>
    /// <param name="what">The operator's name for the server: database, Redis, RabbitMQ.</param>
    /// <param name="product">The image name of this process's server.</param>
    /// <param name="version">The version of this process's server.</param>
    /// <param name="alternatives">Other products that production may use instead.</param>
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
            : $"the {what} is {product} {seen}, production has {production.Product} {production.Version}";
    }

    // registry:5000/library/redis:8.6-alpine@sha256:… is redis 8.6; an image without a version number is ignored.
    private static ProductionServer? ServerOf(string image)
    {
        var name = image.Split('@')[0];
        return name[(name.LastIndexOf('/') + 1)..].Split(':') is [var product, var tag] && tag is [>= '0' and <= '9', ..]
            ? new(product, NumberIn(tag))
            : null;
    }

    // The first number of the form 8.6.1; empty if there is none.
    private static string NumberIn(string text) =>
        string.Concat(text.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(c => char.IsAsciiDigit(c) || c == '.')).TrimEnd('.');
}
