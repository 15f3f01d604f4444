using MariosPizzeria.BuildingBlocks.Admin;

namespace MariosPizzeria.KitchenService.Admin;

/// <summary><c>seed</c>: creates the kitchen with its opening capacity. Running it again changes nothing.</summary>
internal sealed class SeedCommand(KitchenProvider kitchen) : AdminCommand
{
    public override string Name => "seed";

    public override string Description => "creates the kitchen with its configured capacity; changes nothing if it exists";

    public override async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var opened = await kitchen.FindAsync(cancellationToken);
        await Console.Out.WriteLineAsync($"The kitchen has a capacity of {opened.Capacity}.");
        return 0;
    }
}
