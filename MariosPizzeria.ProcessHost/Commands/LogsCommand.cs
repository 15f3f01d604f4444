using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria logs [name] [-f]</c></summary>
internal static partial class LogsCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name")
        {
            Description = "A process type or a server; without it, all process types.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what is written from now on." };
        var command = new Command("logs", "The collected stdout of the processes.") { name, follow };
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
        string[] Files() =>
            [
                .. Directory
                    .EnumerateFiles(checkout.State.Logs, "*.log")
                    .Where(f => wanted(Path.GetFileName(f)))
                    .Order(StringComparer.Ordinal),
            ];
        if (name is not null && !types.Contains(name) && Files().Length == 0)
        {
            var others = Directory
                .EnumerateFiles(checkout.State.Logs, "*.log")
                .Select(f => Path.GetFileNameWithoutExtension(f))
                .Where(f => !f.Contains('.', StringComparison.Ordinal));
            throw new PizzeriaException(
                $"There are no logs of \"{name}\". There are: {string.Join(", ", types.Concat(others.Order(StringComparer.Ordinal)))}."
            );
        }

        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 64 * 1024);
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var file in Files())
        {
            positions[file] = new FileInfo(file).Length;
        }

        foreach (var line in Merged(positions))
        {
            await output.WriteLineAsync(line);
        }

        await output.FlushAsync(cancellation);
        while (follow)
        {
            foreach (var file in Files())
            {
                var lines = NewLines(file, positions);
                foreach (var line in lines)
                {
                    await output.WriteLineAsync(line);
                }
            }

            await output.FlushAsync(cancellation);
            await Task.Delay(200, cancellation);
        }

        return 0;
    }

    /// <summary>All lines, by the time each bears; a line without one stays behind the line before it.</summary>
    private static IEnumerable<string> Merged(Dictionary<string, long> files)
    {
        var next = new PriorityQueue<IEnumerator<(string Time, string Line)>, (string, int)>(
            Comparer<(string Time, int Order)>.Create(
                (a, b) => string.CompareOrdinal(a.Time, b.Time) is var byTime and not 0 ? byTime : a.Order.CompareTo(b.Order)
            )
        );
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
                next.Enqueue(lines, (lines.Current.Time, place.Item2));
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

    private static List<string> NewLines(string file, Dictionary<string, long> positions)
    {
        var length = new FileInfo(file).Length;
        var position = positions.GetValueOrDefault(file);
        if (length < position)
        {
            position = 0; // emptied by the rotation
        }

        // A line without its end is still being written.
        var end = position;
        using (var stream = Open(file))
        {
            var buffer = new byte[length - position];
            stream.Seek(position, SeekOrigin.Begin);
            stream.ReadExactly(buffer);
            end += Array.LastIndexOf(buffer, (byte)'\n') + 1;
        }

        positions[file] = end;
        return [.. Lines(file, position, end)];
    }

    private static IEnumerable<string> Lines(string file, long start, long end)
    {
        using var stream = Open(file);
        stream.Seek(start, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        var left = end - start;
        while (left > 0 && reader.ReadLine() is { } line)
        {
            left -= Encoding.UTF8.GetByteCount(line) + 1;
            yield return line;
        }
    }

    private static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>order for order.2.log; null for other files.</summary>
    private static string? TypeOf(string file) =>
        file.Split('.') is [.. var name, var replica, "log"]
        && int.TryParse(replica, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? string.Join('.', name)
            : null;

    [GeneratedRegex("\"timestamp\":\\s*\"(?<time>[^\"]+)\"", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Timestamp();
}
