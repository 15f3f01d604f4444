using MariosPizzeria.ProcessHost.Measuring;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>The load generator that <c>bench</c> starts (hidden): reads a load per line from stdin, writes its result to stdout.</summary>
internal static class LoadCommand
{
    public const string Name = "load";

    public static Command Create()
    {
        var command = new Command(Name, "The load generator that bench starts.") { Hidden = true };
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellation)
    {
        while (await Console.In.ReadLineAsync(cancellation) is { } line)
        {
            var result = LoadGenerator.Run(JsonSerializer.Deserialize<LoadRequest>(line, JsonSerializerOptions.Web)!);
            Console.WriteLine(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
        }

        return 0;
    }
}
