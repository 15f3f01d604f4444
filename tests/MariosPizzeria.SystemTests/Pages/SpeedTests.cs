using System.Text.Json;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>The load times of pages, measured by the browser at a first visit.</summary>
[Collection(SystemCollection.Name)]
public sealed class SpeedTests(PizzeriaSystem system, Browser browser)
{
    private const int MostBytes = 100_000;
    private const double MostMilliseconds = 1_000;

    // The machine may be busy for a moment; a slow page is slow at each visit.
    private const int Visits = 20;

    [Theory]
    [InlineData("/", null)]
    [InlineData("/checkout", "customer")]
    [InlineData("/orders", "customer")]
    [InlineData("/kitchen", "chef")]
    [InlineData("/delivery", "driver")]
    [InlineData("/management", "manager")]
    [InlineData("/system", "manager")]
    public async Task A_page_is_painted_within_a_second_and_weighs_less_than_100_KB_before_its_pictures(string path, string? username)
    {
        var paints = new List<double>();
        while (paints.Count < Visits && (paints.Count == 0 || paints.Min() >= MostMilliseconds))
        {
            await using var visit = await browser.VisitAsync(system, username);
            if (path == "/checkout")
            {
                await visit.GoAsync("/");
                await visit.Page.Locator("#margherita .add-to-cart").ClickAsync();
                await visit.SeesAsync(".toast", "Margherita is in your cart");
            }

            await visit.GoAsync(path);
            paints.Add(
                await visit.Page.EvaluateAsync<double>(
                    """
                    new Promise(painted =>
                      new PerformanceObserver(list => {
                        for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') painted(startTime);
                      }).observe({ type: 'paint', buffered: true }))
                    """
                )
            );

            var measured = await visit.Page.EvaluateAsync<string>(
                """
                JSON.stringify(
                  [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                    .filter(({ name }) => !new URL(name).pathname.endsWith('.svg'))
                    .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize })))
                """
            );
            var parts = JsonSerializer.Deserialize<Part[]>(measured, JsonSerializerOptions.Web)!;
            parts.Length.ShouldBeGreaterThan(2, "the page, its style and its script at the least");
            parts.Sum(part => part.Bytes).ShouldBeLessThan(MostBytes, string.Join(", ", parts.Select(part => $"{part.Name} {part.Bytes}")));
        }

        paints.Min().ShouldBeLessThan(MostMilliseconds, $"{path} was first painted after {string.Join(", ", paints)} ms");
    }

    private sealed record Part(string Name, int Bytes);
}
