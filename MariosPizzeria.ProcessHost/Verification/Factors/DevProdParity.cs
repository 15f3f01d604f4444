namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>The servers are real servers of the kinds in production, and the processes have logged any difference.</summary>
internal sealed class DevProdParity(RunningSystem subject) : Factor("X", "Dev/prod parity")
{
    private const string ReportedDifferences = "Dev/Prod Parity: ";

    public override async Task<string> VerifyAsync()
    {
        var servers = (await subject.StatusAsync()).Servers;
        Unless(
            servers.Count == subject.Manifest.Containers.Count(),
            $"{servers.Count} servers run, production has {subject.Manifest.Containers.Count()}"
        );
        string[] told = [];
        await subject.UntilAsync(
            () =>
            {
                var messages = subject.Lines("order").Select(RunningSystem.MessageOf).OfType<string>();
                told =
                [
                    .. messages
                        .Where(each => each.StartsWith(ReportedDifferences))
                        .Select(each => each[ReportedDifferences.Length..])
                        .Distinct()
                        .Order(),
                ];
                // A database of another kind than in production must have been reported.
                return Task.FromResult(told.Length > 0 || servers.All(s => s.Kind != "postgres"));
            },
            "order reports that its database is not production's"
        );
        return $"{servers.Count} real servers ({string.Join(", ", servers.Select(s => s.Kind))}); reported at start: {(told.Length == 0 ? "no difference" : string.Join("; ", told))}";
    }
}
