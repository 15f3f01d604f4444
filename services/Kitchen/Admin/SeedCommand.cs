using MariosPizzeria.ServiceDefaults.Admin;

namespace MariosPizzeria.KitchenService.Admin;

/// <summary><c>seed</c>: the kitchen with its opening capacity. Twice equals once.</summary>
internal sealed class SeedCommand(TheKitchen kitchen) : AdminCommand
{
    public override string Name => "seed";

    public override string Description => "opens the kitchen with its configured capacity; keeps what is there";

    public override async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        var opened = await kitchen.Find(cancellationToken);
        await Console.Out.WriteLineAsync($"The kitchen has a capacity of {opened.Capacity}.");
        return 0;
    }
}
