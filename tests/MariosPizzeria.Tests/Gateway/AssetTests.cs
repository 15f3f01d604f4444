using System.Net;
using System.Text.RegularExpressions;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Style sheets, the font and pictures.</summary>
public sealed partial class AssetTests
{
    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Files_are_sent_compressed_to_whom_can_read_that(string encoding)
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        using var visitor = new PageVisitor(gateway);
        var style = Style().Match((await visitor.GetAsync("/")).Html).Value;
        using var request = new HttpRequestMessage(HttpMethod.Get, style) { Headers = { { "Accept-Encoding", encoding } } };

        var file = await gateway.Client.SendAsync(request);

        file.Content.Headers.ContentEncoding.ShouldBe([encoding]);
    }

    [Fact]
    public async Task A_file_of_another_build_is_answered_but_not_kept()
    {
        using var gateway = GatewayProcess.Before("menu", Replica.Nobody()).Started();

        var file = await gateway.Client.GetAsync("/assets/0123456789ab/style.css");

        file.StatusCode.ShouldBe(HttpStatusCode.OK);
        file.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task The_font_is_preloaded_kept_for_good_and_named_by_the_style_sheet()
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        using var visitor = new PageVisitor(gateway);
        var page = await visitor.GetAsync("/");
        var preloaded = Preload().Match(page.Html).Groups["address"].Value;

        var font = await gateway.Client.GetAsync(preloaded);
        var style = await gateway.Client.GetStringAsync(Style().Match(page.Html).Value);

        font.Content.Headers.ContentType!.MediaType.ShouldBe("font/woff2");
        font.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        style.ShouldContain($"url(\"{preloaded.Split('/')[^1]}\")");
        style.ShouldContain("font-display: swap");
    }

    [Fact]
    public void Every_custom_property_that_a_style_sheet_uses_is_a_token()
    {
        var assembly = typeof(Assets).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.EndsWith(".css", StringComparison.Ordinal));
        var tokens = Property().Matches(Read("wwwroot/style/0-tokens.css")).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

        var used = names.SelectMany(name => Usage().Matches(Read(name))).Select(match => match.Value);

        tokens.Count.ShouldBeGreaterThan(20);
        used.Except(tokens).ShouldBeEmpty();

        string Read(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
    }

    [Fact]
    public async Task Each_part_of_a_style_sheet_is_a_cascade_layer_in_the_order_of_the_files()
    {
        await using var gateway = GatewayProcess.Before("menu", Replica.Nobody()).Started();

        var style = await gateway.Client.GetStringAsync("/assets/0/style.css");

        var layers = Layer().Matches(style).Select(match => match.Value).ToList();
        layers[..3].ShouldBe(["tokens", "base", "page"]);
        layers[^1].ShouldBe("print");
        style.ShouldNotContain("/*");
    }

    [Fact]
    public void A_topping_without_a_picture_is_a_disc_with_its_letter()
    {
        var art = PizzaArt.Chosen("quattro", ["ham", "zucchini", "artichokes"]);

        art.Letter.ShouldBe("Q");
        art.Toppings.ShouldBe(["ham"]);
        art.Discs.Select(disc => disc.Letter).ShouldBe(["Z", "A"]);
    }

    [GeneratedRegex("/assets/[0-9a-f]{12}/style.css", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Style();

    [GeneratedRegex(
        "<link rel=\"preload\" as=\"font\"[^>]*href=\"(?<address>[^\"]*)\"",
        RegexOptions.None,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Preload();

    [GeneratedRegex("--[a-z0-9-]+(?=:)", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Property();

    [GeneratedRegex("(?<=var\\()--[a-z0-9-]+", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Usage();

    [GeneratedRegex("(?<=@layer style\\.)[a-z]+(?= \\{)", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Layer();
}
