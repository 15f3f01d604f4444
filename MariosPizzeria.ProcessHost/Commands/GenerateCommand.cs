using MariosPizzeria.ProcessHost.Deploy;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class GenerateCommand
{
    public static Command Create()
    {
        var command = new Command(
            "generate",
            "Writes the files under deploy/ that are generated from the manifest: Procfile, supervisor, compose, aspirate's input."
        );
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var checkout = Checkout.Find();
        foreach (var (path, text) in GeneratedFiles.Of(AspireManifest.Read(checkout.ManifestPath), Scale.Read(checkout.Root)))
        {
            var file = Path.Combine(checkout.Root, path);
            var same = File.Exists(file) && File.ReadAllText(file) == text;
            if (!same)
            {
                File.WriteAllText(file, text);
            }

            Console.WriteLine($"{path}: {(same ? "as it was" : "written")}");
        }

        return 0;
    }
}
