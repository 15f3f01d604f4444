using Spectre.Console;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class ReleasesCommand
{
    public static Command Create()
    {
        var command = new Command("releases", "Lists every release: its artifact, when it was created, and whether it is unaltered.");
        var json = command.JsonOption();
        command.SetAction(parsed => Run(parsed.GetValue(json)));
        return command;
    }

    private static int Run(bool json)
    {
        var store = ReleaseStore.Of(Checkout.Find().Root);
        var lines = (
            from release in store.All()
            let manifest = release.Manifest
            select new
            {
                Release = manifest.Name,
                manifest.Version,
                manifest.Environment,
                manifest.ArtifactSha256,
                manifest.CreatedAt,
                State = ReleaseStore.Fault(release.Folder) is { } fault ? $"REFUSED: {fault}"
                : store.Current(manifest.Environment) == manifest.Name ? "current"
                : "whole",
            }
        ).ToList();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(lines, JsonSerializerOptions.Web));
            return 0;
        }

        if (lines.Count == 0)
        {
            Console.WriteLine("There is no release yet: ./pizzeria build VERSION, then ./pizzeria release VERSION ENVIRONMENT.");
            return 0;
        }

        var table = CommandExtensions.NewTable("release", "artifact SHA-256", "created", "state");
        foreach (var line in lines)
        {
            table.AddRow(
                line.Release,
                line.ArtifactSha256[..16],
                line.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'"),
                line.State.EscapeMarkup()
            );
        }

        CommandExtensions.Write(table);
        return 0;
    }
}
