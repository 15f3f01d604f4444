using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MariosPizzeria.ProcessHost.Releases;
using Spectre.Console;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria releases [--json]</c></summary>
internal static class ReleasesCommand
{
    /// <summary>A release as it is listed.</summary>
    private sealed record Line(
        string Release,
        string Version,
        string Environment,
        string ArtifactSha256,
        DateTimeOffset CreatedAt,
        string State
    );

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("releases", "Every release: its artifact, when it was made, and whether it is whole.") { json };
        command.SetAction(parsed => Run(parsed.GetValue(json)));
        return command;
    }

    private static int Run(bool json)
    {
        var store = ReleaseStore.Of(Checkout.Find().Root);
        Line[] lines =
        [
            .. store
                .All()
                .Select(release => new Line(
                    release.Manifest.Name,
                    release.Manifest.Version,
                    release.Manifest.Environment,
                    release.Manifest.ArtifactSha256,
                    release.Manifest.CreatedAt,
                    ReleaseStore.Fault(release.Folder) is { } fault ? $"REFUSED: {fault}"
                        : store.Current(release.Manifest.Environment) == release.Manifest.Name ? "current"
                        : "whole"
                )),
        ];
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(lines, JsonSerializerOptions.Web));
            return 0;
        }

        if (lines.Length == 0)
        {
            Console.WriteLine("There is no release yet: ./pizzeria build VERSION, then ./pizzeria release VERSION ENVIRONMENT.");
            return 0;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("release", "artifact SHA-256", "created", "state");
        foreach (var line in lines)
        {
            table.AddRow(
                line.Release,
                line.ArtifactSha256[..16],
                line.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                line.State.EscapeMarkup()
            );
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 200;
        }

        AnsiConsole.Write(table);
        return 0;
    }
}
