namespace MariosPizzeria.Contracts;

/// <summary>The fourteen allergens that must be declared in the EU (regulation 1169/2011, annex II), in the API's spelling.</summary>
public enum Allergen
{
    Gluten,
    Crustaceans,
    Eggs,
    Fish,
    Peanuts,
    Soybeans,
    Milk,
    Nuts,
    Celery,
    Mustard,
    Sesame,
    Sulphites,
    Lupin,
    Molluscs,
}
