using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>
/// The manifest for those who start plain processes themselves: a <c>Procfile</c> for foreman and its like, a configuration for
/// supervisord. Both run the <c>processes</c> folder of an unpacked artifact; what only the operator knows comes from the environment.
/// </summary>
internal static partial class PlainProcesses
{
    /// <summary>One line a process type, one process each.</summary>
    public static string Procfile(AspireManifest manifest)
    {
        var text = new StringBuilder();
        text.Append(
            "# Made by ./pizzeria generate from aspire-manifest.json. One process of each type; supervisord.conf has the replicas.\n"
        );
        text.Append("# Start it in the folder of an unpacked artifact, or say where its processes are: PIZZERIA_APP.\n");
        text.Append(CultureInfo.InvariantCulture, $"# Needs in its environment: {string.Join(", ", FromOutside(manifest))}\n");
        foreach (var project in manifest.Projects.OrderByDescending(p => p.IsExternal))
        {
            var variables = Variables(manifest, project, _ => 1)
                .Prepend(("PORT", PlainPorts.Of(manifest, project).ToString(CultureInfo.InvariantCulture)))
                .Select(each => $"{each.Item1}={each.Item2} ");
            text.Append(
                CultureInfo.InvariantCulture,
                $"{project.Name}: {string.Concat(variables)}exec dotnet \"${{PIZZERIA_APP:-processes}}/{project.Assembly}/{project.Assembly}.dll\"\n"
            );
        }

        return text.ToString();
    }

    /// <summary>Every replica, started again when it dies, stopped by SIGTERM with time to drain.</summary>
    public static string Supervisor(AspireManifest manifest, Scale scale)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"""
            ; Made by ./pizzeria generate from aspire-manifest.json and deploy/scale.json.
            ; PIZZERIA_APP is the folder "processes" of an unpacked artifact, PIZZERIA_RUN one for the socket.
            ; Needs in its environment besides: {string.Join(", ", FromOutside(manifest))}
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
            // supervisord counts from 0 and writes the number behind the port's other digits.
            var port = PlainPorts.Of(manifest, project) / PlainPorts.PerType;
            var variables = Variables(manifest, project, scale.Of)
                .Prepend(("PORT", string.Create(CultureInfo.InvariantCulture, $"{port}%(process_num)d")))
                .Select(each => $"{each.Item1}=\"{each.Item2}\"");
            text.Append(
                CultureInfo.InvariantCulture,
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

        foreach (
            var kind in manifest.Projects.OrderByDescending(p => p.IsExternal).GroupBy(scale.KindOf).Where(kind => kind.Key == Scale.Web)
        )
        {
            text.Append(CultureInfo.InvariantCulture, $"\n[group:{kind.Key}]\nprograms={string.Join(',', kind.Select(p => p.Name))}\n");
        }

        return text.ToString();
    }

    /// <summary>The variables that say where the other processes are.</summary>
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
                        string.Create(CultureInfo.InvariantCulture, $"services__{other.Name}__http__{replica}"),
                        string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{PlainPorts.Of(manifest, other) + replica}")
                    );
                }
            }
        }
    }

    /// <summary>The variables that only the operator can give: servers, secrets, addresses of what is not ours.</summary>
    private static List<string> FromOutside(AspireManifest manifest) =>
        [
            .. manifest
                .Projects.SelectMany(project => project.Env)
                .Where(variable => ContainerImages.IsOurs(manifest, variable.Key) && IsFromOutside(variable.Value))
                .Select(variable => variable.Key)
                .Append("ASPNETCORE_ENVIRONMENT")
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    private static bool IsFromOutside(string text) =>
        text.Contains(".connectionString}", StringComparison.Ordinal) || text.Contains(".value}", StringComparison.Ordinal);

    [GeneratedRegex("^services__(?<service>[^_]+)__http__0$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex ServiceAddress();
}
