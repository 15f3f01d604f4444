using System.Text;
using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>
/// Generates files to start plain processes without the host: a <c>Procfile</c> for foreman and similar tools, and a configuration for
/// supervisord. Both run the <c>processes</c> folder of an unpacked artifact; the operator sets the other values as environment variables.
/// </summary>
internal static partial class PlainProcesses
{
    /// <summary>Returns a line for each process type, with one process each.</summary>
    public static string Procfile(AspireManifest manifest)
    {
        var processes = manifest
            .Projects.OrderByDescending(p => p.IsExternal)
            .Select(project =>
            {
                var variables = Variables(manifest, project, _ => 1).Prepend(("PORT", $"{PlainPorts.Of(manifest, project)}"));
                var program = $"\"${{PIZZERIA_APP:-processes}}/{project.Assembly}/{project.Assembly}.dll\"";
                return $"{project.Name}: {string.Concat(variables.Select(each => $"{each.Item1}={each.Item2} "))}exec dotnet {program}\n";
            });
        return $"""
            # Made by ./pizzeria generate from aspire-manifest.json. One process of each type; supervisord.conf has the replicas.
            # Start it in the folder of an unpacked artifact, or say where its processes are: PIZZERIA_APP.
            # Needs in its environment: {string.Join(", ", ExternalVariables(manifest))}
            {string.Concat(processes)}
            """;
    }

    /// <summary>Returns the configuration of every replica: restarted when it dies, stopped by SIGTERM with time to drain.</summary>
    public static string Supervisor(AspireManifest manifest, Scale scale)
    {
        var text = new StringBuilder();
        text.Append(
            $"""
            ; Made by ./pizzeria generate from aspire-manifest.json and deploy/scale.json.
            ; PIZZERIA_APP is the folder "processes" of an unpacked artifact, PIZZERIA_RUN one for the socket.
            ; Needs in its environment besides: {string.Join(", ", ExternalVariables(manifest))}
            [supervisord]
            nodaemon=true
            pidfile=%(ENV_PIZZERIA_RUN)s/supervisord.pid
            logfile=/dev/null
            logfile_maxbytes=0

            [unix_http_server]
            file=%(ENV_PIZZERIA_RUN)s/supervisor.sock
            chmod=0700

            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

            [supervisorctl]
            serverurl=unix://%(ENV_PIZZERIA_RUN)s/supervisor.sock

            """
        );
        foreach (var project in manifest.Projects.OrderByDescending(p => p.IsExternal))
        {
            // supervisord numbers processes from 0; the number is the last digit of the port.
            var port = PlainPorts.Of(manifest, project) / PlainPorts.PerType;
            var variables = Variables(manifest, project, scale.Of)
                .Prepend(("PORT", $"{port}%(process_num)d"))
                .Select(each => $"{each.Item1}=\"{each.Item2}\"");
            text.Append(
                $"""

                [program:{project.Name}]
                command=dotnet {project.Assembly}.dll
                directory=%(ENV_PIZZERIA_APP)s/{project.Assembly}
                process_name=%(program_name)s-%(process_num)d
                numprocs={scale.Of(project)}
                environment={string.Join(',', variables)}
                autostart=true
                autorestart=true
                startsecs=3
                startretries=10
                stopsignal=TERM
                stopwaitsecs=40
                stdout_logfile=/dev/stdout
                stdout_logfile_maxbytes=0
                stderr_logfile=/dev/stderr
                stderr_logfile_maxbytes=0

                """
            );
        }

        var web = manifest.Projects.OrderByDescending(p => p.IsExternal).Where(p => scale.KindOf(p) == Scale.Web).Select(p => p.Name);
        text.Append($"\n[group:{Scale.Web}]\nprograms={string.Join(',', web)}\n");
        return text.ToString();
    }

    /// <summary>Returns the variables with the addresses of the other processes.</summary>
    private static IEnumerable<(string Name, string Value)> Variables(
        AspireManifest manifest,
        ProjectResource project,
        Func<ProjectResource, int> countOf
    )
    {
        yield return ("SERVER_HOST", "127.0.0.1");
        foreach (var (name, text) in project.Env)
        {
            if (
                ServiceAddress().Match(name) is { Success: true } service
                && manifest.Resources.GetValueOrDefault(service.Groups["service"].Value) is ProjectResource other
                && text == $"{{{other.Name}.bindings.http.url}}"
            )
            {
                for (var replica = 0; replica < countOf(other); replica++)
                {
                    yield return (
                        $"services__{other.Name}__http__{replica}",
                        $"http://127.0.0.1:{PlainPorts.Of(manifest, other) + replica}"
                    );
                }
            }
        }
    }

    /// <summary>Returns the variables that only the operator can set: servers, secrets, addresses of external services.</summary>
    private static List<string> ExternalVariables(AspireManifest manifest) =>
        [
            .. manifest
                .Projects.SelectMany(project => project.Env)
                .Where(variable => ContainerImages.IsOurs(manifest, variable.Key) && IsFromOutside(variable.Value))
                .Select(variable => variable.Key)
                .Append("ASPNETCORE_ENVIRONMENT")
                .Distinct()
                .Order(),
        ];

    private static bool IsFromOutside(string text) => text.Contains(".connectionString}") || text.Contains(".value}");

    [GeneratedRegex("^services__(?<service>[^_]+)__http__0$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex ServiceAddress();
}
