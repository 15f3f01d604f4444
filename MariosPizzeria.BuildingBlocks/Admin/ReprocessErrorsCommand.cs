using MariosPizzeria.BuildingBlocks.Messaging;

namespace MariosPizzeria.BuildingBlocks.Admin;

/// <summary>Redrives dead letters: sends them back to the queues from which they are consumed, after their cause was fixed.</summary>
internal sealed class ReprocessErrorsCommand(DeadLetterQueues errors) : AdminCommand
{
    private const int ListedOfEach = 100;

    public override string Name => "reprocess-errors";

    public override string Description => "redrives the dead letters in this process type's error queues; --list only lists them";

    public override async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (args is not ([] or ["--list"]))
        {
            await Console.Error.WriteLineAsync("Usage: reprocess-errors [--list]");
            return 1;
        }

        if (!errors.HasBroker)
        {
            await Console.Out.WriteLineAsync("No broker is configured, so there are no error queues.");
            return 0;
        }

        if (args is ["--list"])
        {
            var found = await errors.PeekAsync(ListedOfEach, cancellationToken);
            foreach (var message in found)
            {
                await Console.Out.WriteLineAsync(
                    $"{message.Queue}: {message.Type} {message.MessageId}, dead-lettered {message.At ?? "?"} after {message.Retries ?? "0"} retries: {message.Fault ?? "its consumer never returned"}"
                );
            }

            await Console.Out.WriteLineAsync(found.Count == 0 ? "No dead letters." : $"{found.Count} dead-lettered.");
            return 0;
        }

        var sent = await errors.RedriveAsync(cancellationToken);
        foreach (var (queue, count) in sent)
        {
            await Console.Out.WriteLineAsync($"{queue}: {count} redriven");
        }

        await Console.Out.WriteLineAsync($"{sent.Sum(each => each.Count)} redriven.");
        return 0;
    }
}
