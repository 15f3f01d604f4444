using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>HTTP as bytes: each character stands for the byte of its number.</summary>
internal static class Raw
{
    /// <summary>Sends a POST request with JSON and returns the whole response.</summary>
    public static Task<string> PostAsync(Uri server, string path, string json, params string[] headers) =>
        SendAsync(server, $"POST {path} HTTP/1.1", [.. headers, "Content-Type: application/json", $"Content-Length: {json.Length}"], json);

    /// <summary>Sends a request and returns the whole response.</summary>
    public static async Task<string> SendAsync(Uri server, string line, IEnumerable<string> headers, string body = "")
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
