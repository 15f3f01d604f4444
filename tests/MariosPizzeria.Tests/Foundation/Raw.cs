using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>HTTP byte by byte: each character stands for the byte of its number.</summary>
internal static class Raw
{
    /// <summary>POSTs JSON and gives the whole answer.</summary>
    public static Task<string> Post(Uri server, string path, string json, params string[] headers) =>
        Send(server, $"POST {path} HTTP/1.1", [.. headers, "Content-Type: application/json", $"Content-Length: {json.Length}"], json);

    /// <summary>Sends a request and gives the whole answer.</summary>
    public static async Task<string> Send(Uri server, string line, IEnumerable<string> headers, string body = "")
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port);
        await using var stream = socket.GetStream();
        string[] head = [line, $"Host: {server.Authority}", "Connection: close", .. headers, "", body];
        await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", head)));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }
}
