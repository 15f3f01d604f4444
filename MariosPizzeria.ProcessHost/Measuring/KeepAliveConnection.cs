using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>The part of a response that a load uses.</summary>
/// <param name="Status">200, 503 …</param>
/// <param name="RetryAfterSeconds">Null if the header is missing, or is a date.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HttpAnswer(int Status, int? RetryAfterSeconds)
{
    /// <summary>Whether the request succeeded.</summary>
    public bool IsGood => Status is >= 200 and < 300;

    /// <summary>Whether the server reports a temporary overload.</summary>
    public bool IsRefusal => Status == 503 && RetryAfterSeconds is not null;
}

/// <summary>
/// A persistent HTTP/1.1 connection. It blocks its thread and allocates nothing per request, unlike HttpClient, so that the cost of a
/// load is the server's work and not the client's. It opens with the first request, and again after a failed one.
/// </summary>
internal sealed class KeepAliveConnection(IPEndPoint server) : IDisposable
{
    private const int BufferSize = 32 * 1024;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly byte[] _buffer = new byte[BufferSize];
    private Socket? _socket;
    private int _start;
    private int _end;

    /// <summary>Sends a request and reads its response to the end.</summary>
    /// <exception cref="SocketException">There is no connection, or no answer within 30 s.</exception>
    /// <exception cref="IOException">The server closed the connection, or its data are not HTTP/1.1.</exception>
    public HttpAnswer Send(ReadOnlySpan<byte> request)
    {
        try
        {
            _socket ??= Open();
            while (request.Length > 0)
            {
                request = request[_socket.Send(request)..];
            }

            return Read();
        }
        catch
        {
            Close();
            throw;
        }
    }

    public void Dispose() => Close();

    private Socket Open()
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(server);
            socket.ReceiveTimeout = (int)AnswerTimeout.TotalMilliseconds;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
        _start = _end = 0;
    }

    private HttpAnswer Read()
    {
        var status = StatusIn(ReadLine());
        long? length = status is 204 or 304 ? 0 : null;
        int? retryAfter = null;
        var (chunked, closes) = (false, false);
        while (ReadLine() is { Length: > 0 } header)
        {
            if (ValueOf(header, "content-length"u8, out var value) && Utf8Parser.TryParse(value, out long bytes, out _))
            {
                length ??= bytes;
            }
            else if (ValueOf(header, "transfer-encoding"u8, out value))
            {
                chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            }
            else if (ValueOf(header, "connection"u8, out value))
            {
                closes = Ascii.EqualsIgnoreCase(value, "close"u8);
            }
            else if (ValueOf(header, "retry-after"u8, out value) && Utf8Parser.TryParse(value, out int seconds, out _))
            {
                retryAfter = seconds;
            }
        }

        if (chunked)
        {
            SkipChunks();
        }
        else
        {
            Skip(length ?? throw new IOException("A response has neither a Content-Length nor chunked encoding."));
        }

        if (closes)
        {
            Close();
        }

        return new(status, retryAfter);
    }

    private static int StatusIn(ReadOnlySpan<byte> line) =>
        line.StartsWith("HTTP/1.1 "u8) && Utf8Parser.TryParse(line[9..], out int status, out _)
            ? status
            : throw new IOException($"Not an HTTP/1.1 response: {Encoding.Latin1.GetString(line)}");

    private static bool ValueOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (header.Length > name.Length && header[name.Length] == ':' && Ascii.EqualsIgnoreCase(header[..name.Length], name))
        {
            value = header[(name.Length + 1)..].Trim(" \t"u8);
            return true;
        }

        value = default;
        return false;
    }

    private void SkipChunks()
    {
        while (true)
        {
            var line = ReadLine();
            if (!Utf8Parser.TryParse(line, out long size, out _, 'x'))
            {
                throw new IOException($"Not a chunk size: {Encoding.Latin1.GetString(line)}");
            }

            if (size == 0)
            {
                break;
            }

            // The chunk and the line end after it.
            Skip(size + 2);
        }

        while (ReadLine().Length > 0)
        {
            // A trailer.
        }
    }

    private void Skip(long bytes)
    {
        while (bytes > 0)
        {
            if (_start == _end)
            {
                Receive();
            }

            var skipped = (int)Math.Min(bytes, _end - _start);
            _start += skipped;
            bytes -= skipped;
        }
    }

    /// <summary>Reads a line without its end; the span is valid until the next call.</summary>
    private ReadOnlySpan<byte> ReadLine()
    {
        var searched = 0;
        while (true)
        {
            var there = _buffer.AsSpan(_start, _end - _start);
            var end = there[searched..].IndexOf((byte)'\n');
            if (end >= 0)
            {
                end += searched;
                _start += end + 1;
                return there[..end].TrimEnd((byte)'\r');
            }

            searched = there.Length;
            Receive();
        }
    }

    private void Receive()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            throw new IOException($"A header is longer than {BufferSize} bytes.");
        }

        var received = _socket!.Receive(_buffer.AsSpan(_end));
        _end += received > 0 ? received : throw new IOException("The server closed the connection.");
    }
}
