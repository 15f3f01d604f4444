using System.Globalization;
using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.OrderService.Features;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>Finds named corruptions, and repairs them with <c>--apply</c>. Prints each corruption and its remedy in either case.</summary>
internal sealed class FixCorruptedOrdersCommand(RepairOrders repair) : AdminCommand
{
    private const string Usage = "Usage: fix-corrupted-orders [--apply] [--stuck-after MINUTES] | fix-corrupted-orders --undo ORDER";

    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(20);

    public override string Name => "fix-corrupted-orders";

    public override string Description => "finds corrupted orders; --apply repairs them, --undo ORDER reverts a repair";

    public override async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var (apply, stuckAfter) = (false, StuckAfter);
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--undo" when args.Count == 2 && i == 0:
                    return await UndoAsync(args[1], cancellationToken);
                case "--apply":
                    apply = true;
                    break;
                case "--stuck-after"
                    when ++i < args.Count
                        && int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
                        && minutes > 0:
                    stuckAfter = TimeSpan.FromMinutes(minutes);
                    break;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return 1;
            }
        }

        var (found, mended) = (0, 0);
        await foreach (var finding in repair.Handle(apply, stuckAfter, cancellationToken))
        {
            found++;
            mended += finding.IsRepaired ? 1 : 0;
            var order = finding.OrderId is null ? "" : $" order {finding.OrderId}:";
            var done =
                finding.IsRepaired ? "repaired"
                : apply ? "not repaired"
                : "dry run";
            await Console.Out.WriteLineAsync($"{finding.Corruption.Name}:{order} {finding.Corruption.Detail}; {finding.Remedy} [{done}]");
        }

        await Console.Out.WriteLineAsync(
            found == 0 ? "Nothing is corrupted."
            : apply ? $"{found} found, {mended} repaired; fix-corrupted-orders --undo ORDER reverts a repair."
            : $"{found} found; nothing was changed: --apply repairs them."
        );
        return 0;
    }

    private async Task<int> UndoAsync(string orderId, CancellationToken cancellationToken)
    {
        var undone = await repair.UndoAsync(orderId, cancellationToken);
        await (undone.Succeeded ? Console.Out : Console.Error).WriteLineAsync(
            undone.Succeeded ? $"Order {orderId} is as it was before its last repair." : undone.Error.Detail
        );
        return undone.Succeeded ? 0 : 1;
    }
}
