namespace MariosPizzeria.Gateway.Web;

/// <summary>A labelled form field with its error, rendered by the partial <c>_Field</c>.</summary>
/// <param name="Page">The page with the errors.</param>
/// <param name="Name">The name of the form field.</param>
/// <param name="Label">The label in the visitor's language.</param>
internal sealed record FormField(PizzeriaPage Page, string Name, string Label)
{
    /// <summary>The field's name in the service's errors, if it differs from the form's name.</summary>
    public string? ErrorName { get; init; }
    public string? Value { get; init; }
    public string Type { get; init; } = "text";
    public string? Autocomplete { get; init; }

    /// <summary>A hint in addition to the label.</summary>
    public string? Hint { get; init; }

    /// <summary>The keyboard on a phone: <c>numeric</c>, <c>decimal</c>.</summary>
    public string? InputMode { get; init; }

    /// <summary>The text beside a refused field; null for the standard text of its name.</summary>
    public string? Rule { get; init; }
    public int MaxLength { get; init; } = 200;
    public int? MinLength { get; init; }
    public bool IsRequired { get; init; }

    /// <summary>The number of visible lines of a multi-line text; null for a single line.</summary>
    public int? Rows { get; init; }

    /// <summary>Whether the value was refused.</summary>
    public bool IsWrong => Page.Errors.ContainsKey(ErrorName ?? Name);
}
