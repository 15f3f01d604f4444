using MariosPizzeria.ProcessHost.Commands;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>
/// A load generator in a process of its own (<see cref="LoadCommand"/>): its processor time is separate from that of the bench, and
/// garbage collections of the bench do not increase latencies.
/// </summary>
internal sealed class LoadProcess : IAsyncDisposable
{
    private readonly Process _process;

    private LoadProcess(Process process) => _process = process;

    /// <summary>Starts the process; it ends when it is disposed of, or when this process has died.</summary>
    public static LoadProcess Start()
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(LoadProcess).Assembly.GetName().Name + ".dll");
        var info = new ProcessStartInfo("dotnet", [program, LoadCommand.Name])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new(Process.Start(info)!);
    }

    /// <summary>Runs a load to its end. The request is not on the command line, which every user of the machine can read.</summary>
    /// <exception cref="PizzeriaException">The load generator has ended.</exception>
    public async Task<LoadResult> RunAsync(LoadRequest load, CancellationToken cancellation)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(load, JsonSerializerOptions.Web).AsMemory(), cancellation);
            await _process.StandardInput.FlushAsync(cancellation);
            if (await _process.StandardOutput.ReadLineAsync(cancellation) is { } answer)
            {
                return JsonSerializer.Deserialize<LoadResult>(answer, JsonSerializerOptions.Web)!;
            }
        }
        catch (IOException)
        {
            // The load generator has ended.
        }

        throw new PizzeriaException("The load generator ended before its load did.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
