#!/bin/sh
echo a program of the operator
