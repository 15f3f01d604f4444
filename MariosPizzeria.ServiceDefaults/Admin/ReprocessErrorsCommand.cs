using MariosPizzeria.ServiceDefaults.Messaging;

namespace MariosPizzeria.ServiceDefaults.Admin;

/// <summary>Sends messages that could not be handled back to where they are consumed, once their cause is mended.</summary>
internal sealed class ReprocessErrorsCommand(ErrorQueues errors) : AdminCommand
{
    private const int ListedOfEach = 100;

    public override string Name => "reprocess-errors";

    public override string Description => "sends back what lies in this process type's error queues; --list only shows it";

    public override async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (args is not ([] or ["--list"]))
        {
            await Console.Error.WriteLineAsync("Usage: reprocess-errors [--list]");
            return 1;
        }

        if (!errors.AreThere)
        {
            await Console.Out.WriteLineAsync("There is no broker, and so no error queue.");
            return 0;
        }

        if (args is ["--list"])
        {
            var found = await errors.Look(ListedOfEach, cancellationToken);
            foreach (var message in found)
            {
                await Console.Out.WriteLineAsync(
                    $"{message.Queue}: {message.Type} {message.MessageId}, laid aside {message.At ?? "?"} after {message.Retries ?? "0"} retries: {message.Fault ?? "its consumer never returned"}"
                );
            }

            await Console.Out.WriteLineAsync(found.Count == 0 ? "Nothing is laid aside." : $"{found.Count} laid aside.");
            return 0;
        }

        var sent = await errors.SendBack(cancellationToken);
        foreach (var (queue, count) in sent)
        {
            await Console.Out.WriteLineAsync($"{queue}: {count} sent back");
        }

        await Console.Out.WriteLineAsync($"{sent.Sum(each => each.Count)} sent back.");
        return 0;
    }
}
