using System.Globalization;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>Moves the ports that deploy/'s files use, 8000 to 8059, to where nobody else's are.</summary>
internal sealed partial class PortRange
{
    private readonly int _first = FirstFree();

    /// <summary>The text with its ports moved.</summary>
    public string MovedTo(string text) =>
        Ports().Replace(text, match => string.Create(CultureInfo.InvariantCulture, $"{_first / 100}{match.Groups["rest"].Value}"));

    /// <summary>Where a port of the files is now.</summary>
    public Uri Url(int port, string path) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_first + port - 8000}/{path}"));

    private static int FirstFree()
    {
        while (true)
        {
            var first = LoopbackPort.Free() / 100 * 100;
            if (Enumerable.Range(first, 60).All(LoopbackPort.IsFree))
            {
                return first;
            }
        }
    }

    [GeneratedRegex(@"\b80(?<rest>[0-5](\d|%))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ports();
}
