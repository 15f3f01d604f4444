using MariosPizzeria.OrderService.Admin;

namespace MariosPizzeria.Tests.Ordering;

public sealed class ShellTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task What_is_typed_is_run_with_the_services_and_what_is_declared_stays()
    {
        var id = await _service.PlacedAsync();

        var answers = await TypeAsync(
            $"var order = await Orders.FindAsync(\"{id}\", Stop);",
            "order.Total",
            "int Pizzas(Order of) {",
            "    return of.Lines.Sum(line => line.Quantity);",
            "}",
            "Pizzas(order) * 100",
            "Get<IRepository<Payment>>() is null"
        );

        answers.Count.ShouldBe(3, string.Join(" | ", answers));
        answers[0].ShouldContain("33.78");
        answers.Skip(1).ShouldBe(["200", "false"]);
    }

    [Fact]
    public async Task A_mistake_is_told_and_ends_nothing()
    {
        var answers = await TypeAsync("nonsense", "throw new InvalidOperationException(\"oops\");", "1 + 1");

        answers.Count.ShouldBe(3);
        answers[0].ShouldContain("CS0103");
        answers[1].ShouldBe("InvalidOperationException: oops");
        answers[2].ShouldBe("2");
    }

    [Fact]
    public async Task Exit_ends_it() => (await TypeAsync("1", "exit", "2")).ShouldBe(["1"]);

    private async Task<IReadOnlyList<string>> TypeAsync(params string[] lines)
    {
        using var input = new StringReader(string.Join('\n', lines));
        await using var output = new StringWriter();
        await new CSharpPrompt(input, output, prompt: "\n").RunAsync(new(_service.Services, CancellationToken.None));
        return
        [
            .. output
                .ToString()
                .Replace("... ", "", StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        ];
    }
}
