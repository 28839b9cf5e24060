from perfrules import authoring

authoring.write_package("river-side")
