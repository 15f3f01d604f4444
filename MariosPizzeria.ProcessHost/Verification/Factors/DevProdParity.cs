using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>The servers are real ones of production's kinds, and where they differ the processes have said so.</summary>
internal sealed class DevProdParity(Subject subject, AspireManifest manifest) : IFactor
{
    public string Number => "X";

    public string Name => "Dev/prod parity";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        var servers = (await subject.StatusAsync(cancellation)).Servers;
        VerificationException.Unless(
            servers.Count == manifest.Containers.Count(),
            $"{servers.Count} servers run, production has {manifest.Containers.Count()}"
        );
        var told = new SortedSet<string>(StringComparer.Ordinal);
        await Subject.UntilAsync(
            () =>
            {
                foreach (var line in subject.Lines("order"))
                {
                    if (Subject.MessageOf(line) is { } message && message.StartsWith("Dev/Prod Parity: ", StringComparison.Ordinal))
                    {
                        told.Add(message["Dev/Prod Parity: ".Length..]);
                    }
                }

                // A database of another kind than production's must have been told of.
                return Task.FromResult(told.Count > 0 || servers.All(s => s.Kind != "postgres"));
            },
            "order says that its database is not production's",
            cancellation
        );
        return $"{servers.Count} real servers ({string.Join(", ", servers.Select(s => s.Kind))}); told at start: {(told.Count == 0 ? "no difference" : string.Join("; ", told))}";
    }
}
