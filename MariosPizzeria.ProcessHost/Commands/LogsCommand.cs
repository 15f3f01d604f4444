using System.Text;
using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Commands;

internal static partial class LogsCommand
{
    public static Command Create()
    {
        var command = new Command("logs", "The collected stdout of the processes.");
        var name = command.Argument<string?>("name", "A process type or a server; without it, all process types.");
        name.Arity = ArgumentArity.ZeroOrOne;
        var follow = command.Option<bool>("--follow", "Keep printing new lines.", "-f");
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(name), parsed.GetValue(follow), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? name, bool follow, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        string[] types = [.. AspireManifest.Read(checkout.ManifestPath).Projects.Select(p => p.Name)];
        Func<string, bool> wanted = name switch
        {
            null => file => types.Contains(TypeOf(file)),
            _ when types.Contains(name) => file => TypeOf(file) == name,
            _ => file => file == name + ".log",
        };
        string[] LogFiles() => [.. Directory.EnumerateFiles(checkout.State.Logs, "*.log").Order()];
        string[] Wanted() => [.. LogFiles().Where(file => wanted(Path.GetFileName(file)))];
        if (name is not null && !types.Contains(name) && Wanted().Length == 0)
        {
            var others = LogFiles().Select(file => Path.GetFileNameWithoutExtension(file)).Where(other => !other.Contains('.'));
            throw new PizzeriaException($"There are no logs of \"{name}\". There are: {string.Join(", ", types.Concat(others))}.");
        }

        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 64 * 1024);
        var positions = Wanted().ToDictionary(file => file, file => new FileInfo(file).Length);
        foreach (var line in Merged(positions))
        {
            await output.WriteLineAsync(line);
        }

        await output.FlushAsync(cancellation);
        while (follow)
        {
            foreach (var file in Wanted())
            {
                await output.WriteAsync(NewLines(file, positions));
            }

            await output.FlushAsync(cancellation);
            await Task.Delay(200, cancellation);
        }

        return 0;
    }

    /// <summary>Returns all lines, ordered by timestamp; a line without a timestamp follows the line before it.</summary>
    private static IEnumerable<string> Merged(Dictionary<string, long> files)
    {
        var next = new PriorityQueue<IEnumerator<(string Time, string Line)>, (string Time, int Order)>();
        var order = 0;
        foreach (var (file, end) in files)
        {
            var lines = Timed(file, end).GetEnumerator();
            if (lines.MoveNext())
            {
                next.Enqueue(lines, (lines.Current.Time, order++));
            }
        }

        while (next.TryDequeue(out var lines, out var place))
        {
            yield return lines.Current.Line;
            if (lines.MoveNext())
            {
                next.Enqueue(lines, (lines.Current.Time, place.Order));
            }
        }
    }

    private static IEnumerable<(string Time, string Line)> Timed(string file, long end)
    {
        var time = "";
        var earlier = LogRotation.Earlier(file);
        foreach (var line in (File.Exists(earlier) ? File.ReadLines(earlier) : []).Concat(Lines(file, 0, end)))
        {
            time = Timestamp().Match(line) is { Success: true } match ? match.Groups["time"].Value : time;
            yield return (time, line);
        }
    }

    private static string NewLines(string file, Dictionary<string, long> positions)
    {
        using var stream = Files.OpenShared(file);
        var position = positions.GetValueOrDefault(file);
        if (stream.Length < position)
        {
            position = 0; // emptied by the rotation
        }

        var buffer = new byte[stream.Length - position];
        stream.Seek(position, SeekOrigin.Begin);
        stream.ReadExactly(buffer);
        // A line without a line break is still being written.
        var length = Array.LastIndexOf(buffer, (byte)'\n') + 1;
        positions[file] = position + length;
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static IEnumerable<string> Lines(string file, long start, long end)
    {
        using var stream = Files.OpenShared(file);
        stream.Seek(start, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        var left = end - start;
        while (left > 0 && reader.ReadLine() is { } line)
        {
            left -= Encoding.UTF8.GetByteCount(line) + 1;
            yield return line;
        }
    }

    /// <summary>order for order.2.log; null for other files.</summary>
    private static string? TypeOf(string file) =>
        file.Split('.') is [.. var name, var replica, "log"] && int.TryParse(replica, out _) ? string.Join('.', name) : null;

    [GeneratedRegex("\"timestamp\":\\s*\"(?<time>[^\"]+)\"", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Timestamp();
}
