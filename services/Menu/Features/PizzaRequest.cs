using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.MenuService.Features;

/// <summary>A pizza as a manager writes it.</summary>
/// <param name="Id">Slug; when adding only, and derived from the name where it is not given.</param>
/// <param name="Name">1–100 characters.</param>
/// <param name="Description">At most 500 characters; may be left out.</param>
/// <param name="BasePrice">0.01–999.99.</param>
/// <param name="Toppings">At most ten approved ones, none twice; may be left out.</param>
public sealed record PizzaRequest(string? Id, string? Name, string? Description, Money? BasePrice, IReadOnlyList<string?>? Toppings)
{
    private const int LongestName = 100;
    private const int LongestDescription = 500;

    private static readonly Money Cheapest = new(1);
    private static readonly Money Dearest = new(999_99);

    /// <summary>The recipe, or <c>validation</c> or <c>unknown-topping</c>.</summary>
    public Outcome<Recipe> ToRecipe()
    {
        var errors = new ValidationErrors();
        var name = Name?.Trim() ?? "";
        var description = Description?.Trim() ?? "";
        var toppings = Toppings ?? [];

        errors.Require(
            PlainText.IsLine(name, LongestName),
            "name",
            $"is a line of 1 to {LongestName} characters, not all of them invisible"
        );
        errors.Require(
            PlainText.IsTextOrNothing(description, LongestDescription),
            "description",
            $"has at most {LongestDescription} characters, not all of them invisible"
        );
        errors.Require(BasePrice >= Cheapest && BasePrice <= Dearest, "basePrice", $"is an amount from {Cheapest} to {Dearest}");
        errors.Require(
            toppings.Count <= Domain.Toppings.MostOnOnePizza,
            "toppings",
            $"has at most {Domain.Toppings.MostOnOnePizza} toppings"
        );
        errors.Require(toppings.Distinct().Count() == toppings.Count, "toppings", "names no topping twice");
        for (var i = 0; i < toppings.Count; i++)
        {
            errors.Require(!string.IsNullOrEmpty(toppings[i]), $"toppings[{i}]", "is the name of a topping");
        }

        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        string[] own = [.. toppings.OfType<string>()];
        return Array.Find(own, topping => !Domain.Toppings.IsApproved(topping)) is { } unknown
            ? new Fault(Slugs.UnknownTopping, $"There is no topping '{unknown}'.")
            : new Recipe(name, description, BasePrice!.Value, own);
    }

    /// <summary>The id it will have, or <c>validation</c>.</summary>
    public Outcome<string> ToId()
    {
        var id = Id ?? Slug.IdOf(Name ?? "");
        var errors = new ValidationErrors();
        errors.Require(Slug.IsSlug(id), "id", "is lower-case letters and digits, words joined by hyphens");
        return errors.ToFault() is { } fault ? fault : id;
    }
}
