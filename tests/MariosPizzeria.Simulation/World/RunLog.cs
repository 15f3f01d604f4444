using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.Simulation.World;

/// <summary>The log of a run, line by line. The same seed gives the same bytes.</summary>
internal sealed class RunLog(DateTimeOffset start, bool isOn)
{
    private readonly StringBuilder _text = new();

    /// <summary>Whether lines are written; if not, a caller need not format them.</summary>
    public bool IsOn => isOn;

    /// <summary>The lines that explain a failure: mishaps, deeds and lost messages.</summary>
    public List<string> Story { get; } = [];

    /// <summary>Writes a line.</summary>
    public void Write(DateTimeOffset at, string who, string what)
    {
        if (isOn)
        {
            _text.Append(Line(at, who, what)).Append('\n');
        }
    }

    /// <summary>Writes a line and adds it to the story.</summary>
    public void Tell(DateTimeOffset at, string who, string what)
    {
        if (isOn)
        {
            Story.Add(Line(at, who, what));
            Write(at, who, what);
        }
    }

    /// <summary>Returns the SHA-256 hash of the log in hex.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_text.ToString())));

    public override string ToString() => _text.ToString();

    private string Line(DateTimeOffset at, string who, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{(at - start).TotalSeconds, 9:0.000} {who, -11} {what}");
}
