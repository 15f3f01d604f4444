namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>
/// The bench's own nginx with two ports for one upstream server: one port forwards every request, the other answers from the cache.
/// It ends with the bench, and its folder is in that of the bench.
/// </summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly Process _process;

    private Nginx(Process process, Uri address, Uri cached) => (_process, Address, Cached) = (process, address, cached);

    public Uri Address { get; }

    /// <summary>The address whose answers come from <c>proxy_cache</c>.</summary>
    public Uri Cached { get; }

    public int Pid => _process.Id;

    /// <summary>Starts nginx; null if it is not installed.</summary>
    /// <param name="upstream">The server that it forwards requests to.</param>
    /// <param name="folder">The folder for its files; it is emptied first.</param>
    /// <exception cref="PizzeriaException">nginx did not start.</exception>
    public static async Task<Nginx?> StartAsync(Uri upstream, string folder, CancellationToken cancellation)
    {
        if (ServerPrograms.OnPath("nginx") is not { } program)
        {
            return null;
        }

        Files.DeleteFolder(folder);
        Directory.CreateDirectory(folder);
        var (port, cached) = (LoopbackPort.Free(), LoopbackPort.Free());
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, Configuration(upstream, folder, port, cached), cancellation);
        var log = Path.Combine(folder, "log");
        var process = ChildProcess.Start(new ProgramStart(program, "-p", folder, "-e", Path.Combine(folder, "error.log"), "-c", file), log);
        var nginx = new Nginx(process, AddressOf(port), AddressOf(cached));
        for (var attempt = 0; attempt < 100 && !process.HasExited; attempt++)
        {
            if (await LoopbackPort.AnswersAsync(port, cancellation))
            {
                return nginx;
            }

            await Task.Delay(50, cancellation);
        }

        await nginx.DisposeAsync();
        throw new PizzeriaException($"nginx did not start: {Files.Tail(log)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Posix.Signal(_process.Id, Posix.SigTerm);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static Uri AddressOf(int port) => new($"http://127.0.0.1:{port}");

    private static string Configuration(Uri upstream, string folder, int port, int cached)
    {
        // If root starts it, its worker would otherwise run as a user who may not enter the folder.
        var user = Posix.IsRoot ? "user root;" : "";
        const string Pass = "proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection \"\";";
        return $$"""
            daemon off;
            {{user}}
            worker_processes 1;
            pid {{folder}}/pid;
            error_log {{folder}}/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              keepalive_requests 1000000;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              proxy_cache_path {{folder}}/cache keys_zone=answers:1m;
              upstream behind { server {{upstream.Authority}}; keepalive 64; keepalive_requests 1000000; }
              server { listen 127.0.0.1:{{port}}; location / { {{Pass}} } }
              server {
                listen 127.0.0.1:{{cached}};
                location / {
                  {{Pass}}
                  proxy_cache answers;
                  proxy_cache_valid 200 1m;
                  proxy_ignore_headers Cache-Control Expires Set-Cookie;
                }
              }
            }
            """;
    }
}
