using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.OrderService.Features;

namespace MariosPizzeria.OrderService.Admin;

internal sealed class ExplainCommand(ExplainOrder explain) : AdminCommand
{
    public override string Name => "explain";

    public override string Description => "prints an order's state and history: explain ORDER";

    public override async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (args is not [var id] || id.StartsWith('-'))
        {
            await Console.Error.WriteLineAsync("Usage: explain ORDER");
            return 1;
        }

        if (await explain.Handle(id, cancellationToken) is not { } story)
        {
            await Console.Error.WriteLineAsync($"There is no order '{id}'.");
            return 1;
        }

        await Console.Out.WriteAsync(story);
        return 0;
    }
}
