namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>Without configuration a process does not start, and reports all missing settings at once.</summary>
internal sealed class Config(RunningSystem subject) : Factor("III", "Config")
{
    public override async Task<string> VerifyAsync()
    {
        var run = await subject.RunAsync("order", [], configured: false);
        Unless(run.ExitCode == 1, $"order started without configuration in Production (exit code {run.ExitCode})");
        string[] required = ["JWT_SECRET_KEY", "ConnectionStrings__orderdb", "ConnectionStrings__redis", "ConnectionStrings__rabbitmq"];
        var unnamed = required.Where(name => !run.Error.Contains(name)).ToList();
        Unless(unnamed.Count == 0, $"order does not say that it lacks {string.Join(", ", unnamed)}");

        var launch = await subject.OneOffAsync("order");
        var secret = launch.Environment["JWT_SECRET_KEY"]!;
        var holders = Directory
            .EnumerateFiles(launch.Folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".dll" or ".json")
            .Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) >= 0);
        Unless(!holders.Any(), "the signing key is in the deployed files");
        return $"without configuration order ends with 1 and names {run.Error.Split(';').Length} settings at once; the signing key comes from the environment and is in none of its files";
    }
}
