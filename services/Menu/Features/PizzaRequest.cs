using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.MenuService.Features;

/// <summary>What a pizza must say of itself.</summary>
internal static class PizzaRequests
{
    private const int LongestName = 100;
    private const int LongestDescription = 500;

    private static readonly Money Cheapest = new(1);
    private static readonly Money Dearest = new(999_99);

    extension(PizzaRequest request)
    {
        /// <summary>The recipe, or <c>validation</c> or <c>unknown-topping</c>.</summary>
        public Outcome<Recipe> ToRecipe()
        {
            var errors = new ValidationErrors();
            var name = request.Name?.Trim() ?? "";
            var description = request.Description?.Trim() ?? "";
            var toppings = request.Toppings ?? [];

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
            errors.Require(
                request.BasePrice >= Cheapest && request.BasePrice <= Dearest,
                "basePrice",
                $"is an amount from {Cheapest} to {Dearest}"
            );
            errors.Require(toppings.Count <= OrderLimits.MaxToppings, "toppings", $"has at most {OrderLimits.MaxToppings} toppings");
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
            return Array.Find(own, topping => !Toppings.IsApproved(topping)) is { } unknown
                ? new Fault(Slugs.UnknownTopping, $"There is no topping '{unknown}'.")
                : new Recipe(name, description, request.BasePrice!.Value, own);
        }

        /// <summary>The id it will have, or <c>validation</c>.</summary>
        public Outcome<string> ToId()
        {
            var id = request.Id ?? Slug.IdOf(request.Name ?? "");
            var errors = new ValidationErrors();
            errors.Require(Slug.IsSlug(id), "id", "is lower-case letters and digits, words joined by hyphens");
            return errors.ToFault() is { } fault ? fault : id;
        }
    }
}
