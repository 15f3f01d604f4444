namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Without configuration nothing starts, and all that lacks is said at once.</summary>
internal sealed class Config(Subject subject) : IFactor
{
    public string Number => "III";

    public string Name => "Config";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        var run = await subject.RunAsync("order", [], configured: false, cancellation);
        VerificationException.Unless(run.ExitCode == 1, $"order started without configuration in Production (exit code {run.ExitCode})");
        string[] required = ["JWT_SECRET_KEY", "ConnectionStrings__orderdb", "ConnectionStrings__redis", "ConnectionStrings__rabbitmq"];
        var unnamed = required.Where(name => !run.Error.Contains(name, StringComparison.Ordinal)).ToList();
        VerificationException.Unless(unnamed.Count == 0, $"order does not say that it lacks {string.Join(", ", unnamed)}");

        var launch = await subject.OneOffAsync("order", cancellation);
        var secret = launch.Environment["JWT_SECRET_KEY"]!;
        var holders = Directory
            .EnumerateFiles(launch.Folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".dll" or ".json")
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) >= 0);
        VerificationException.Unless(!holders.Any(), "the signing key stands in the deployed files");
        return $"without configuration order ends with 1 and names {run.Error.Split(';').Length} settings at once; the signing key comes from the environment and is in none of its files";
    }
}
